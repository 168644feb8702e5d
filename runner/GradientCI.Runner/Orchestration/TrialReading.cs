using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.Specs;

namespace GradientCI.Runner.Orchestration;

/// <summary>Brings the series of a trial together: what its objectives were, and which constraints were broken, at each step of the first objective.</summary>
/// <remarks>
/// Lines of one step come one after the other, and a read may fall between them. So a step counts once every objective has come as far, or the
/// first has gone on, or the trial has ended: whoever reads the record again finds the same, wherever the reads fell.
/// </remarks>
/// <param name="spec">The objectives and constraints.</param>
/// <param name="attempts">How many attempts the trial had: a further one may have started from nothing.</param>
internal sealed class TrialReading(ExperimentSpec spec, int attempts)
{
    private readonly Queue<MetricPoint> _leading = [];
    private readonly TrailingSeries[] _others = [.. spec.Objectives.Skip(1).Select(objective => new TrailingSeries(objective.Metric))];
    private readonly TrailingSeries[] _bounded = [.. spec.Constraints.Select(constraint => new TrailingSeries(constraint.Metric))];

    /// <summary>How many attempts the trial had.</summary>
    public int Attempts { get; } = attempts;

    /// <summary>How many points of the first objective came.</summary>
    public long Count { get; private set; }

    /// <summary>Whether steps wait for the other objectives.</summary>
    public bool IsWaiting => _leading.Count > 0;

    /// <summary>The other series, which are read after the first.</summary>
    public IEnumerable<TrailingSeries> Trailing => _others.Concat(_bounded);

    /// <summary>Adds points of the first objective.</summary>
    public void Add(ImmutableArray<MetricPoint> points)
    {
        Count += points.Length;
        foreach (var point in points)
        {
            _leading.Enqueue(point);
        }
    }

    /// <summary>The steps that count by now, each once; those by which an objective was not reported yet are left out.</summary>
    /// <param name="isWhole">Whether nothing more will come.</param>
    public IEnumerable<ReachedStep> Take(bool isWhole)
    {
        while (_leading.TryPeek(out var point) && (isWhole || _leading.Count > 1 || Array.TrueForAll(_others, other => other.HasReached(point.X))))
        {
            _leading.Dequeue();
            double?[] others = [.. _others.Select(other => other.LastUntil(point.X))];
            var isInfeasible = spec.Constraints.Zip(_bounded).Aggregate(false, (broken, each) => IsBroken(each.First, each.Second.LastUntil(point.X)) || broken);
            if (Array.TrueForAll(others, value => value is not null))
            {
                yield return new ReachedStep(point, [point.Y, .. others.Select(value => value!.Value)], isInfeasible);
            }
        }
    }

    // One that is not known yet is not broken.
    private static bool IsBroken(ConstraintSpec constraint, double? value) => value is { } known && !constraint.Target.Contains(known);
}

/// <summary>A step of a trial that all its objectives have reached.</summary>
/// <param name="Point">The point of the first objective.</param>
/// <param name="Values">What each objective was by then.</param>
/// <param name="IsInfeasible">Whether a constraint was broken.</param>
internal sealed record ReachedStep(MetricPoint Point, ImmutableArray<double> Values, bool IsInfeasible);
