using System.CommandLine;
using System.CommandLine.Parsing;
using GradientCI.Cli.Commands;
using GradientCI.Cli.Output;
using GradientCI.Cli.Remote;

namespace GradientCI.Cli;

/// <summary>The commands, and how every error leaves the program.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command line.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments, Terminal terminal)
    {
        var root = Root(terminal);
        CompletionSuggestions.AddTo(root, terminal);
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            return UsageErrors.Print(parsed, terminal);
        }

        try
        {
            return ServerChoice.Of(parsed, terminal) is { } call
                ? await call.RunAsync()
                : await InvokeAsync(parsed, terminal, CancellationToken.None);
        }
        catch (Exception problem)
        {
            return Problems.Print(problem, parsed.GetValue(GlobalOptions.Verbose), terminal);
        }
    }

    /// <summary>Runs a command line that can be read.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<int> InvokeAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = terminal.Out,
                    Error = terminal.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception problem)
        {
            // The outermost frame: whatever happened, a person gets a sentence and a script an exit code.
            return Problems.Print(problem, parsed.GetValue(GlobalOptions.Verbose), terminal);
        }
    }

    /// <summary>The whole tree of commands.</summary>
    public static RootCommand Root(Terminal terminal) => new("""
        A commit becomes a versioned machine-learning experiment.

          See it work:            gradientci demo
          In your own repository: gradientci init, edit .gradient.yml, commit, gradientci run

          Exit codes: 0 done and passed, 1 a trial failed or a check did not pass, 2 wrong use or an
          invalid manifest, 3 git, disk or database failed, 130 cancelled.
        """)
    {
        GlobalOptions.Data,
        GlobalOptions.Server,
        GlobalOptions.TokenFile,
        GlobalOptions.Verbose,
        InitCommand.Create(terminal),
        ValidateCommand.Create(terminal),
        SchemaCommand.Create(terminal),
        RunCommand.Create(terminal),
        ListCommand.Create(terminal),
        ShowCommand.Create(terminal),
        LogsCommand.Create(terminal),
        WatchCommand.Create(terminal),
        CompareCommand.Create(terminal),
        ReportCommand.Create(terminal),
        ExportCommand.Create(terminal),
        ArtifactsCommand.Create(terminal),
        WhyCommand.Create(terminal),
        SearchCommand.Create(terminal),
        CancelCommand.Create(terminal),
        RetryCommand.Create(terminal),
        WorkerCommand.Create(terminal),
        ServeCommand.Create(terminal),
        HookCommand.Create(terminal),
        ProjectCommand.Create(terminal),
        ApproveCommand.Create(terminal),
        TokenCommand.Create(terminal),
        SecretCommand.Create(terminal),
        DatasetCommand.Create(terminal),
        PinCommand.Create(terminal),
        PruneCommand.Create(terminal),
        PauseCommand.Pause(terminal),
        PauseCommand.Drain(terminal),
        PauseCommand.Resume(terminal),
        AuditCommand.Create(terminal),
        BackupCommand.Create(terminal),
        RestoreCommand.Create(terminal),
        DoctorCommand.Create(terminal),
        CompletionCommand.Create(terminal),
        DemoCommand.Create(terminal),
    };
}
