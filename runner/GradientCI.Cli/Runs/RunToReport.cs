using System.Runtime.InteropServices;
using GradientCI.Cli.Output;
using GradientCI.Experiments;
using GradientCI.Runner.Orchestration;

namespace GradientCI.Cli.Runs;

/// <summary>Drives a recorded run under a person's eyes, writes its report, and says how it went.</summary>
internal static class RunToReport
{
    /// <summary>Drives the run.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> DriveAsync(Run run, RunPrint print, RunSite site, CancellationToken cancellationToken)
    {
        using var stop = new StopSignal();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stop, site.Terminal));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stop, site.Terminal));
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => Stop(signal, stop, site.Terminal));
        await using var cancelled = cancellationToken.Register(() => stop.Stop("Cancelled."));
        using (var progress = print == RunPrint.Summary ? Progress.For(run, site.Terminal) : null)
        {
            var bench = progress is null ? site.Bench : site.Bench with { Observer = progress };
            site.Session.Store.AwaitSpace = DiskSpace.WaitBefore(bench, stop.Asked);
            run = await new RunDriver(bench).DriveAsync(run, stop, CancellationToken.None);
        }

        site.Session.Store.AwaitSpace = null;
        var report = await RunReports.MakeAsync(site.Session.Store, run.Id, null, CancellationToken.None);
        await TellAsync(report, site);
        site.Terminal.Out.Write(print switch
        {
            RunPrint.Summary => Summary.Of(report, RunReports.FolderOf(run, site.Session.Data)),
            RunPrint.Json => ReportFormats.Json.Write(report),
            _ => "",
        });
        return CodeOf(report);
    }

    /// <summary>What the shell hears of a run that has ended.</summary>
    public static int CodeOf(Report report) => report.Run.Run.State switch
    {
        RunState.Cancelled => ExitCodes.Cancelled,
        RunState.Errored => ExitCodes.Environment,
        _ => report.Conclusion.Passed ? ExitCodes.Done : ExitCodes.NotPassed,
    };

    private static async Task TellAsync(Report report, RunSite site)
    {
        try
        {
            if (await RunAnnouncement.TellAsync(site.Session, report, _ => Task.FromResult(site.Repository), CancellationToken.None) is { } left)
            {
                site.Terminal.Say($"note: {Plain.Line(left)}");
            }
        }
        catch (GradientException problem)
        {
            site.Terminal.Say($"note: {Plain.Line(problem.Message)} The next worker tries it again.");
        }
    }

    private static void Stop(PosixSignalContext signal, StopSignal stop, Terminal terminal)
    {
        signal.Cancel = true;
        terminal.Say(stop.Asked.IsCancellationRequested
            ? "Stopping now."
            : "Stopping: trials have 30 s to end. Once more stops them at once.");
        stop.Stop("Cancelled from the terminal.");
    }
}
