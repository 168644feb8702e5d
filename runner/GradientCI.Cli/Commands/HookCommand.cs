using System.CommandLine;
using GradientCI.Cli.Output;
using GradientCI.Cli.Projects;
using GradientCI.Cli.Workers;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Webhook.Forges.BareGit;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci hook</c>: lets pushes to a repository start runs.</summary>
internal static class HookCommand
{
    public static Command Create(Terminal terminal) => new("hook", "Let pushes to a repository on this machine start runs (docs/hooks.md).")
    {
        Install(terminal),
        Uninstall(terminal),
        Status(terminal),
        Flush(terminal),
    };

    private static Command Install(Terminal terminal)
    {
        var repository = GlobalOptions.Repository();
        var server = new Option<string?>("--service") { Description = "Tell this service on another machine, instead of a worker here", HelpName = "URL" };
        var secret = new Option<string?>("--secret-file") { Description = "With --service: the file with its secret for hooks", HelpName = "FILE" };
        var cloneUrl = new Option<string?>("--clone-url") { Description = "With --service: where it fetches the repository from, as its project was added", HelpName = "URL" };
        var command = new Command("install", "Put a post-receive hook there, or renew it; a hook that is there is kept and called.") { repository, server, secret, cloneUrl };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var open = await GitRepository.OpenAsync(Path.GetFullPath(parsed.GetRequiredValue(repository), terminal.Directory), cancellationToken);
            if (parsed.GetValue(server) is { } url)
            {
                var remote = RemoteHook.Read(url, parsed.GetValue(secret), parsed.GetValue(cloneUrl), terminal);
                return Tell(await RemoteHook.InstallAsync(open, remote, terminal, cancellationToken), terminal);
            }

            var data = Session.Locate(parsed, terminal);
            var status = await new PostReceiveHook(open).InstallAsync(data, [.. BackgroundWorker.OwnProgram()], cancellationToken);
            terminal.Out.WriteLine($"Installed {Plain.Line(status.Path)}");
            terminal.Out.WriteLine($"What is pushed to {Plain.Line(open.Location)} is recorded in {Plain.Line(data.Root)}");
            terminal.Out.WriteLine("receive.advertisePushOptions is on there, so that git push -o gradient.wait shows the runs until they end.");
            return Tell(status, terminal);
        });
        return command;
    }

    private static Command Uninstall(Terminal terminal)
    {
        var repository = GlobalOptions.Repository();
        var command = new Command("uninstall", "Take the hook away, and put back the one that was there before.") { repository };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var open = await GitRepository.OpenAsync(Path.GetFullPath(parsed.GetRequiredValue(repository), terminal.Directory), cancellationToken);
            terminal.Out.WriteLine(await new PostReceiveHook(open).UninstallAsync(cancellationToken)
                ? $"Pushes to {Plain.Line(open.Location)} start nothing any more. Runs and data stay."
                : $"There was no hook of gradientci in {Plain.Line(open.Location)}.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Status(Terminal terminal)
    {
        var repository = GlobalOptions.Repository();
        var command = new Command("status", "Say whether pushes start runs, and what keeps them from it.") { repository };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var open = await GitRepository.OpenAsync(Path.GetFullPath(parsed.GetRequiredValue(repository), terminal.Directory), cancellationToken);
            var status = await new PostReceiveHook(open).ReadStatusAsync(cancellationToken);
            if (status.IsInstalled)
            {
                terminal.Out.WriteLine($"Hook:        {Plain.Line(status.Path)}");
                terminal.Out.WriteLine($"Data folder: {Plain.Line(status.DataFolder!)}");
                terminal.Out.WriteLine($"Worker:      {Plain.Line(status.Program!)}");
            }

            return Tell(status, terminal);
        });
        return command;
    }

    private static Command Flush(Terminal terminal)
    {
        var repository = GlobalOptions.Repository();
        var command = new Command("flush", "Send the pushes that a service on another machine has not taken yet.") { repository };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            // The hook names the spool itself, in the place of a data folder.
            var spool = parsed.GetValue(GlobalOptions.Data) is { Length: > 0 } given
                ? new DataFolder(Path.GetFullPath(given, terminal.Directory))
                : await RemoteHook.SpoolAsync(Path.GetFullPath(parsed.GetRequiredValue(repository), terminal.Directory), cancellationToken);
            return await RemoteHook.FlushAsync(spool, terminal, cancellationToken);
        });
        return command;
    }

    private static int Tell(HookStatus status, Terminal terminal)
    {
        if (status.EarlierHook is { } earlier)
        {
            terminal.Out.WriteLine($"The hook that was there before is kept and called: {Plain.Line(earlier)}");
        }

        foreach (var problem in status.Problems)
        {
            terminal.Say($"problem: {Plain.Line(problem.Message)}");
            terminal.Say($"hint: {Plain.Line(problem.Remedy)}");
        }

        return status.Problems.IsEmpty ? ExitCodes.Done : ExitCodes.Environment;
    }
}
