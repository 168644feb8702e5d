using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.Comparisons.Pareto;
using GradientCI.Metrics;
using GradientCI.Specs;

namespace GradientCI.Samplers;

/// <summary>How far a sweep has come.</summary>
/// <param name="StartedAt">When the run's first trial started.</param>
/// <param name="Now">The time now.</param>
/// <param name="GpuSeconds">GPU seconds of all trials so far, running ones included.</param>
/// <param name="Ended">The parameter sets that ended, in order of their end.</param>
public sealed record SweepProgress(DateTimeOffset StartedAt, DateTimeOffset Now, double GpuSeconds, IReadOnlyList<EndedSet> Ended);

/// <summary>A parameter set none of whose trials will go on.</summary>
/// <param name="Number">Its number within the run.</param>
/// <param name="Value">Its mean of the first objective; null when no trial gave one or a constraint is broken.</param>
public sealed record EndedSet(int Number, double? Value)
{
    /// <summary>Its means of all objectives; empty when one is missing or a constraint is broken.</summary>
    public ImmutableArray<double> Values { get; init; } = Value is { } value ? [value] : [];
}

/// <summary>What ends a sweep before its last trial.</summary>
public static class StopRules
{
    /// <summary>Why the sweep should propose nothing more, as one sentence without its full stop; null to go on.</summary>
    /// <remarks>A target is one of the first objective. Patience with several ends with the last set that was new on the front: that alone gains hypervolume.</remarks>
    public static string? ReasonToStop(StopSpec stop, ImmutableArray<Objective> objectives, SweepProgress progress)
    {
        if (stop.After is { } after && progress.Now - progress.StartedAt >= after)
        {
            return $"the sweep's time of {ValueText.Duration(after)} is used up";
        }

        if (stop.GpuHours is { } hours && progress.GpuSeconds >= hours * 3600)
        {
            return $"the sweep's {ValueText.Of(hours)} GPU hours are used up";
        }

        return objectives.IsEmpty ? null : ReachedTarget(stop, objectives[0], progress.Ended) ?? LostPatience(stop, objectives, progress.Ended);
    }

    private static string? ReachedTarget(StopSpec stop, Objective objective, IReadOnlyList<EndedSet> ended) =>
        stop.Target is { } target
        && ended.FirstOrDefault(set => set.Value is { } value && double.IsFinite(value) && !objective.IsBetter(target, value)) is { } first
            ? $"target {ValueText.Of(target)} reached by parameter set {first.Number}"
            : null;

    private static string? LostPatience(StopSpec stop, ImmutableArray<Objective> objectives, IReadOnlyList<EndedSet> ended)
    {
        if (stop.Patience is not { } patience)
        {
            return null;
        }

        var front = new List<double[]>();
        var since = 0;
        foreach (var set in ended)
        {
            since = BringsNews(front, set, objectives) ? 0 : since + 1;
        }

        return since < patience ? null
            : objectives.Length == 1 ? $"the last {since} parameter sets brought no new best"
            : $"the last {since} parameter sets brought nothing new to the front";
    }

    // Of one objective the front is the best value.
    private static bool BringsNews(List<double[]> front, EndedSet set, ImmutableArray<Objective> objectives)
    {
        if (set.Values.Length < objectives.Length || !set.Values.All(double.IsFinite))
        {
            return false;
        }

        double[] losses = [.. set.Values.Select((value, at) => objectives[at].LossOf(value))];
        if (front.Exists(other => Fronts.Dominates(other, losses) || other.SequenceEqual(losses)))
        {
            return false;
        }

        front.RemoveAll(other => Fronts.Dominates(losses, other));
        front.Add(losses);
        return true;
    }
}
