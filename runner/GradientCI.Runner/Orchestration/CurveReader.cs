using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Pruners;
using GradientCI.Specs;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>Brings curves up to what the record holds of a trial's objectives, and says where constraints are broken.</summary>
internal sealed class CurveReader(ExperimentSpec spec, ISeriesStore store, Curves curves)
{
    private readonly Dictionary<int, TrialReading> _trials = [];

    /// <summary>Reads a trial from its beginning, the next time.</summary>
    public void Reset(int trial) => _trials.Remove(trial);

    /// <summary>Adds what is new of a trial.</summary>
    /// <param name="trial">The trial as it is now.</param>
    /// <param name="added">Told of each new point, and whether the trial should be judged there.</param>
    public async Task ReadAsync(Trial trial, Action<MetricPoint, bool> added)
    {
        var number = trial.Id.Number;
        if (!_trials.TryGetValue(number, out var reading) || reading.Attempts < trial.Attempts.Length)
        {
            _trials[number] = reading = new TrialReading(spec, trial.Attempts.Length);
            curves.Forget(number);
        }

        reading.Add(await store.ReadPointsAsync(trial.Id, spec.Objective!.Metric, reading.Count, CancellationToken.None));
        if (!reading.IsWaiting)
        {
            return;
        }

        foreach (var series in reading.Trailing)
        {
            series.Add(await store.ReadPointsAsync(trial.Id, series.Metric, series.Count, CancellationToken.None));
        }

        foreach (var step in reading.Take(isWhole: trial.State.HasEnded()))
        {
            added(step.Point, curves.Add(number, step.Point.X, step.Values.AsSpan(), step.IsInfeasible));
        }
    }
}
