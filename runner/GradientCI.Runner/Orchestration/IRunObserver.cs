using GradientCI.Experiments;
using GradientCI.Metrics;

namespace GradientCI.Runner.Orchestration;

/// <summary>Is told what happens while a run is driven, after it has been recorded.</summary>
/// <remarks>Called from several threads; must return quickly and never throw.</remarks>
public interface IRunObserver
{
    /// <summary>The run moved on.</summary>
    void RunChanged(Run run);

    /// <summary>Work waits for something that a person can mend: one sentence.</summary>
    void Waits(string sentence);

    /// <summary>A trial was added or moved on.</summary>
    void TrialChanged(Trial trial);

    /// <summary>A trial whose worker died goes on here.</summary>
    void TrialAdopted(Trial trial, WorkerId from);

    /// <summary>A trial is driven by another worker from now on: ours lost its lease. Told to whoever wants to know.</summary>
    void TrialLost(TrialId trial)
    {
        // Whoever only draws sees nothing change.
    }

    /// <summary>The newest point of each series of a trial, as its log was read.</summary>
    void MetricsRead(TrialId trial, IReadOnlyDictionary<string, MetricPoint> latest);
}

/// <summary>Nobody looks.</summary>
public sealed class SilentObserver : IRunObserver
{
    /// <inheritdoc/>
    public void RunChanged(Run run)
    {
        // Nobody looks.
    }

    /// <inheritdoc/>
    public void Waits(string sentence)
    {
        // Nobody looks.
    }

    /// <inheritdoc/>
    public void TrialChanged(Trial trial)
    {
        // Nobody looks.
    }

    /// <inheritdoc/>
    public void TrialAdopted(Trial trial, WorkerId from)
    {
        // Nobody looks.
    }

    /// <inheritdoc/>
    public void MetricsRead(TrialId trial, IReadOnlyDictionary<string, MetricPoint> latest)
    {
        // Nobody looks.
    }
}
