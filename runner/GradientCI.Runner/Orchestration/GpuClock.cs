namespace GradientCI.Runner.Orchestration;

/// <summary>Adds up the GPU time of a run, for <c>stop.gpu-hours</c>.</summary>
internal sealed class GpuClock(double gpusPerTrial)
{
    private readonly Dictionary<int, DateTimeOffset> _running = [];
    private double _seconds;

    public void Start(int trial, DateTimeOffset now) => _running[trial] = now;

    public void End(int trial, DateTimeOffset now)
    {
        if (_running.Remove(trial, out var since))
        {
            _seconds += (now - since).TotalSeconds * gpusPerTrial;
        }
    }

    /// <summary>GPU seconds so far, those of running trials included.</summary>
    public double Seconds(DateTimeOffset now) => _seconds + _running.Values.Sum(since => (now - since).TotalSeconds * gpusPerTrial);
}
