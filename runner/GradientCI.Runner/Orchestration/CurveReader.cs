using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Pruners;
using GradientCI.Specs;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>Brings curves up to what the record holds of a trial's objective, and says where constraints are broken.</summary>
internal sealed class CurveReader(ExperimentSpec spec, ISeriesStore store, Curves curves)
{
    // Of each trial the attempt in which its curve was last read from its beginning: a new one may have started from nothing.
    private readonly Dictionary<int, int> _attempts = [];
    private readonly Dictionary<(int Trial, string Metric), List<MetricPoint>> _bounded = [];

    /// <summary>Reads a trial from its beginning, the next time.</summary>
    public void Reset(int trial) => _attempts.Remove(trial);

    /// <summary>Adds what is new of a trial.</summary>
    /// <param name="trial">The trial as it is now.</param>
    /// <param name="added">Told of each new point, and whether the trial should be judged there.</param>
    public async Task ReadAsync(Trial trial, Action<MetricPoint, bool> added)
    {
        var number = trial.Id.Number;
        if (_attempts.GetValueOrDefault(number) < trial.Attempts.Length)
        {
            _attempts[number] = trial.Attempts.Length;
            curves.Forget(number);
            foreach (var constraint in spec.Constraints)
            {
                _bounded.Remove((number, constraint.Metric));
            }
        }

        var points = await store.ReadPointsAsync(trial.Id, spec.Objective!.Metric, curves.PointsOf(number), CancellationToken.None);
        if (points.IsEmpty)
        {
            return;
        }

        foreach (var constraint in spec.Constraints)
        {
            var known = _bounded.TryGetValue((number, constraint.Metric), out var bounded) ? bounded : _bounded[(number, constraint.Metric)] = [];
            known.AddRange(await store.ReadPointsAsync(trial.Id, constraint.Metric, known.Count, CancellationToken.None));
        }

        foreach (var point in points)
        {
            added(point, curves.Add(number, point.X, point.Y, spec.Constraints.Any(constraint => IsBroken(number, constraint, point.X))));
        }
    }

    // By the last value that is no further than the step; one that is not known yet is not broken.
    private bool IsBroken(int trial, ConstraintSpec constraint, double step) =>
        _bounded[(trial, constraint.Metric)].FindLastIndex(point => point.X <= step) is var at and >= 0
        && !constraint.Target.Contains(_bounded[(trial, constraint.Metric)][at].Y);
}
