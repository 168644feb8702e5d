using GradientCI.Experiments;

namespace GradientCI.Runner.Orchestration;

/// <summary>Adds up the GPU time of a run, for <c>stop.gpu-hours</c>.</summary>
/// <param name="gpusPerTrial">How many GPUs, or what part of one, a trial owns.</param>
/// <param name="earlier">Attempts of earlier drivings of the run.</param>
internal sealed class GpuClock(double gpusPerTrial, IEnumerable<Attempt> earlier)
{
    private readonly Dictionary<int, DateTimeOffset> _running = [];
    private double _seconds = earlier.Sum(attempt => ((attempt.EndedAt - attempt.PreparingAt) ?? TimeSpan.Zero).TotalSeconds) * gpusPerTrial;

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
