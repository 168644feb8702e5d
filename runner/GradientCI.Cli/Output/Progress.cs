using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Runner.Orchestration;

namespace GradientCI.Cli.Output;

/// <summary>What a person sees while a run is driven: a live table on a terminal, a line per ended trial elsewhere.</summary>
internal static class Progress
{
    public static IProgressView For(Run run, Terminal terminal) =>
        terminal.IsInteractive ? new LiveProgress(run, terminal) : new PlainProgress(new RunTally(run, terminal.Time), terminal);
}

/// <summary>An observer with an end.</summary>
internal interface IProgressView : IRunObserver, IDisposable;

/// <summary>Shows nothing.</summary>
internal sealed class SilentProgress : IProgressView
{
    public void RunChanged(Run run)
    {
        // Nobody looks.
    }

    public void TrialChanged(Trial trial)
    {
        // Nobody looks.
    }

    public void MetricsRead(TrialId trial, IReadOnlyDictionary<string, MetricPoint> latest)
    {
        // Nobody looks.
    }

    public void Dispose()
    {
        // Nothing is shown, so nothing ends.
    }
}
