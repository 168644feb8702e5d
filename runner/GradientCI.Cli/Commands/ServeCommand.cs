using System.CommandLine;
using GradientCI.Cli.Output;
using GradientCI.Cli.Runs;
using GradientCI.Cli.Services;
using GradientCI.Cli.Workers;
using GradientCI.Runner;
using GradientCI.Runner.Linux;
using GradientCI.Webhook.Hosting;
using GradientCI.Webhook.Notices;
using GradientCI.Webhook.Portal;
using Microsoft.Extensions.Logging;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci serve</c>: what a team installs once.</summary>
internal static partial class ServeCommand
{
    public static Command Create(Terminal terminal)
    {
        var config = new Option<string?>("--config") { Description = "The settings [default: appsettings.json in the data folder]", HelpName = "FILE" };
        var urls = new Option<string?>("--urls") { Description = "Where to listen, with ; between [default: http://127.0.0.1:8080]", HelpName = "URLS" };
        var publicUrl = new Option<string?>("--public-url") { Description = "Where people reach the service, for links in answers", HelpName = "URL" };
        var withoutGitHub = new Option<bool>("--without-github") { Description = "Only hooks and callers of the API: no token, no app, no answers at GitHub" };
        var printLink = new Option<bool>("--print-link") { Description = "Print the link that leads to all runs, for whoever may see them, and end" };
        var runner = new RunnerSwitches();
        var command = new Command("serve", "Take what GitHub delivers, run it, and answer there: the service, which is a worker too.") { config, urls, publicUrl, withoutGitHub, printLink };
        runner.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var data = Session.Locate(parsed, terminal);
            var named = parsed.GetValue(config);
            var file = named is null ? Path.Combine(data.Root, ServiceSettings.FileName) : Path.GetFullPath(named, terminal.Directory);
            var typed = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Urls"] = parsed.GetValue(urls), ["PublicUrl"] = parsed.GetValue(publicUrl),
                ["WithoutGitHub"] = parsed.GetValue(withoutGitHub) ? "true" : null,
            };
            var settings = ServiceSettings.Load(file, isOptional: named is null, typed);
            var problems = new List<string>();
            var options = ServiceOptions.Read(settings, problems);
            var github = options.WithoutGitHub ? null : GitHubSettings.Read(settings, problems);
            var notices = NoticeOptions.Read(settings, problems);
            if (problems.Count > 0)
            {
                return Refuse(problems, file, terminal);
            }

            if (parsed.GetValue(printLink))
            {
                Directory.CreateDirectory(data.Root);
                terminal.Out.WriteLine(new PortalLinks(new Uri(options.PublicUrl ?? options.Urls[0]), PortalKey.Open(data.PortalKey)).Home);
                return ExitCodes.Done;
            }

            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            using var alone = TakeLock(session.Data);
            ServicePlace.Leave(session.Data, options);
            using var machine = await Machine.PrepareAsync(session, runner.Read(parsed), cancellationToken);
            using var logs = ServiceLog.Open();
            var logger = logs.CreateLogger<Service>();
            using var leave = new LeaveSignals(() => LogLeaving(logger), cancellationToken);
            LogPortal(logger);
            using var forge = new ServiceForge(github, terminal.Time);
            using var noticing = new Noticing(notices);
            await new Service(session, machine, options, ServiceParts.Assemble(session, machine, options, forge, noticing, logs), logs).RunAsync(leave.Token);
            return ExitCodes.Done;
        });
        return command;
    }

    private static int Refuse(List<string> problems, string file, Terminal terminal)
    {
        foreach (var problem in problems)
        {
            terminal.Say($"error: {Plain.Line(problem)}");
        }

        terminal.Say($"hint: Settings are read from {Plain.Line(file)}, from {ServiceSettings.Prefix}* variables and from options, and the later ones win.");
        return ExitCodes.Usage;
    }

    private static FileStream TakeLock(DataFolder data) => FileLock.TryTake(data.ServiceLock) ?? throw new GradientException(
        FailureKind.Environment, $"Another service runs on the data folder {data.Root}.", "End that one, or use another --data folder.");

    // Not the link itself: logs travel, and whoever has it sees everything.
    [LoggerMessage(Level = LogLevel.Information, Message = "All runs are behind the link that 'gradientci serve --print-link' prints.")]
    private static partial void LogPortal(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = WorkerShift.Leaving)]
    private static partial void LogLeaving(ILogger logger);
}
