using System.CommandLine;
using System.Runtime.InteropServices;
using GradientCI.Cli.Output;
using GradientCI.Cli.Runs;
using GradientCI.Experiments;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci watch</c>: looks on while a run is driven by whatever process, and ends as <c>run</c> does.</summary>
internal static class WatchCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = GlobalOptions.Run();
        id.Arity = ArgumentArity.ZeroOrOne;
        id.DefaultValueFactory = _ => "latest";
        var repository = GlobalOptions.Repository();
        var json = new Option<bool>("--json") { Description = "Print a line of JSON for each change (docs/command-line.md)" };
        var command = new Command("watch", "Look on until a run has ended, whichever process drives it; Ctrl-C ends the looking, never the run.") { id, repository, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var run = (await session.FindAsync(parsed.GetRequiredValue(id), parsed.GetRequiredValue(repository), cancellationToken)).Whole("watch");
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Leave(signal, leave));
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Leave(signal, leave));
            try
            {
                return await WatchAsync(run, parsed.GetValue(json), session, leave.Token);
            }
            catch (OperationCanceledException) when (leave.IsCancellationRequested)
            {
                terminal.Say($"Not watching any more; {run.Id} goes on.");
                return ExitCodes.Cancelled;
            }
        });
        return command;
    }

    /// <summary>Looks on until a run has ended, and tells it as <c>run</c> does.</summary>
    /// <returns>The exit code that <c>run</c> ends with.</returns>
    public static async Task<int> WatchAsync(Run run, bool json, Session session, CancellationToken cancellationToken)
    {
        var terminal = session.Terminal;
        if (json || !run.HasEnded)
        {
            var watcher = new RunWatcher(run.Id, WatchedRecord.Of(session));
            var trials = await watcher.CatchUpAsync(cancellationToken);
            using var view = json ? Json(trials, terminal) : View(run, trials, terminal);
            run = await watcher.FollowAsync(view, cancellationToken);
        }

        var report = await RunReports.MakeAsync(session.Store, run.Id, null, cancellationToken);
        if (!json)
        {
            terminal.Out.Write(Summary.Of(report, run.IsAnnounced ? RunReports.FolderOf(run, session.Data) : null));
        }

        return RunToReport.CodeOf(report);
    }

    private static IProgressView View(Run run, IEnumerable<Trial> trials, Terminal terminal)
    {
        var tally = new RunTally(run, terminal.Time) { Before = terminal.Time.GetUtcNow() - (run.StartedAt ?? terminal.Time.GetUtcNow()) };
        foreach (var trial in trials)
        {
            tally.Note(trial);
        }

        return Progress.For(tally, terminal);
    }

    private static JsonProgress Json(IEnumerable<Trial> trials, Terminal terminal)
    {
        var view = new JsonProgress(terminal);
        foreach (var trial in trials)
        {
            view.TrialChanged(trial);
        }

        return view;
    }

    private static void Leave(PosixSignalContext signal, CancellationTokenSource leave)
    {
        signal.Cancel = true;
        leave.Cancel();
    }
}
