using GradientCI.Comparisons;
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
/// <param name="Value">Its mean of the objective; null when no trial gave one or a constraint is broken.</param>
public sealed record EndedSet(int Number, double? Value);

/// <summary>What ends a sweep before its last trial.</summary>
public static class StopRules
{
    /// <summary>Why the sweep should propose nothing more, as one sentence without its full stop; null to go on.</summary>
    public static string? ReasonToStop(StopSpec stop, Objective? objective, SweepProgress progress)
    {
        if (stop.After is { } after && progress.Now - progress.StartedAt >= after)
        {
            return $"the sweep's time of {ValueText.Duration(after)} is used up";
        }

        if (stop.GpuHours is { } hours && progress.GpuSeconds >= hours * 3600)
        {
            return $"the sweep's {ValueText.Of(hours)} GPU hours are used up";
        }

        return objective is null ? null : ReachedTarget(stop, objective, progress.Ended) ?? LostPatience(stop, objective, progress.Ended);
    }

    private static string? ReachedTarget(StopSpec stop, Objective objective, IReadOnlyList<EndedSet> ended) =>
        stop.Target is { } target
        && ended.FirstOrDefault(set => set.Value is { } value && double.IsFinite(value) && !objective.IsBetter(target, value)) is { } first
            ? $"target {ValueText.Of(target)} reached by parameter set {first.Number}"
            : null;

    private static string? LostPatience(StopSpec stop, Objective objective, IReadOnlyList<EndedSet> ended)
    {
        if (stop.Patience is not { } patience)
        {
            return null;
        }

        var best = double.NaN;
        var since = 0;
        foreach (var set in ended)
        {
            since++;
            if (set.Value is { } value && objective.IsBetter(value, best))
            {
                (best, since) = (value, 0);
            }
        }

        return since >= patience ? $"the last {since} parameter sets brought no new best" : null;
    }
}
