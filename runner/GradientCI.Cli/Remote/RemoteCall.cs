using System.Collections.Immutable;
using System.CommandLine;
using System.Runtime.InteropServices;
using GradientCI.Cli.Runs;
using GradientCI.Runner.Git;
using Spectre.Console;

namespace GradientCI.Cli.Remote;

/// <summary>A command that is run at a service instead of here.</summary>
/// <param name="Command">What a service makes of it.</param>
/// <param name="Parsed">What was typed.</param>
/// <param name="Service">The service.</param>
/// <param name="Terminal">Where its output goes.</param>
internal sealed record RemoteCall(RemoteCommand Command, ParseResult Parsed, RemoteService Service, Terminal Terminal)
{
    private const string Commit = "--commit";
    private const string Baseline = "--baseline";

    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="GradientException">The service cannot be had, or refuses.</exception>
    public async Task<int> RunAsync()
    {
        using var leave = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Leave(signal, leave));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Leave(signal, leave));
        try
        {
            var request = await PrepareAsync(leave.Token);
            return Command.Name switch
            {
                "report" when Option("--output") is { } folder => await new RemoteReport(this, request).WriteAsync(folder, leave.Token),
                "export" => await new RemoteExport(this, request).WriteAsync(Option("--to"), Parsed.GetValue<bool>("--force"), leave.Token),
                _ => await PrintAsync(request, leave.Token),
            };
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            if (Command.Name is "watch" or "run" or "retry")
            {
                Terminal.Say("Not watching any more; the run goes on.");
            }

            return ExitCodes.Cancelled;
        }
    }

    private async Task<int> PrintAsync(CommandRequest request, CancellationToken cancellationToken)
    {
        await using var printer = new ResponsePrinter(Terminal);
        return await Service.RunAsync(request, printer.PrintAsync, cancellationToken);
    }

    private async Task<CommandRequest> PrepareAsync(CancellationToken cancellationToken)
    {
        var (place, instead) = (Whereabouts.Nowhere, ImmutableSortedDictionary<string, string>.Empty);
        var folder = Path.GetFullPath(Option("--repo") ?? ".", Terminal.Directory);
        try
        {
            await using var repository = await GitRepository.OpenAsync(folder, cancellationToken);
            place = await Whereabouts.OfAsync(repository, cancellationToken);
            if (Command.Name == "run")
            {
                instead = await NameCommitsAsync(repository, cancellationToken);
            }
        }
        catch (GradientException) when (place.IsNowhere && Directory.Exists(folder))
        {
            // Outside of a repository the service knows what is meant, or says that it does not.
        }

        return new CommandRequest(TypedArguments.Of(Parsed, Command, instead), place, ScreenOf(Terminal));
    }

    // What HEAD is here, nobody knows there.
    private async Task<ImmutableSortedDictionary<string, string>> NameCommitsAsync(GitRepository repository, CancellationToken cancellationToken)
    {
        var revision = Option(Commit) ?? "HEAD";
        var names = ImmutableSortedDictionary<string, string>.Empty.Add(Commit, (await repository.ResolveCommitAsync(revision, cancellationToken)).Sha.Value);
        await Uncommitted.PointOutAsync(repository, revision, Terminal, cancellationToken);
        return Option(Baseline) is { } baseline ? names.Add(Baseline, (await repository.ResolveCommitAsync(baseline, cancellationToken)).Sha.Value) : names;
    }

    private string? Option(string name) => Parsed.CommandResult.Command.Options.FirstOrDefault(each => each.Name == name) switch
    {
        Option<string> option => Parsed.GetValue(option),
        _ => null,
    };

    private static Screen ScreenOf(Terminal terminal) => new(
        terminal.IsOutScreen, terminal.IsErrorScreen, terminal.UseColour, terminal.IsOutScreen || terminal.IsErrorScreen ? AnsiConsole.Profile.Width : Screen.None.Width);

    private static void Leave(PosixSignalContext signal, CancellationTokenSource leave)
    {
        signal.Cancel = true;
        leave.Cancel();
    }
}
