using GradientCI.Experiments;

namespace GradientCI.Runner.Orchestration;

/// <summary>Adds up the GPU time of a run from its record, for <c>stop.gpu-hours</c>; whoever drove the trials.</summary>
/// <param name="gpusPerTrial">How many GPUs, or what part of one, a trial owns.</param>
internal sealed class GpuClock(double gpusPerTrial)
{
    private readonly Dictionary<int, TimeSpan> _ended = [];
    private readonly Dictionary<int, DateTimeOffset> _running = [];
    private TimeSpan _total;

    /// <summary>Takes note of a trial as it is now.</summary>
    public void Note(Trial trial)
    {
        var ended = trial.Attempts.Aggregate(TimeSpan.Zero, (sum, attempt) => sum + ((attempt.EndedAt - attempt.PreparingAt) ?? TimeSpan.Zero));
        _total += ended - _ended.GetValueOrDefault(trial.Id.Number);
        _ended[trial.Id.Number] = ended;
        _running.Remove(trial.Id.Number);
        if (trial.Attempts is [.., { EndedAt: null } open])
        {
            _running[trial.Id.Number] = open.PreparingAt;
        }
    }

    /// <summary>GPU seconds so far, those of running trials included.</summary>
    public double Seconds(DateTimeOffset now) =>
        (_total.TotalSeconds + _running.Values.Sum(since => (now - since).TotalSeconds)) * gpusPerTrial;
}
