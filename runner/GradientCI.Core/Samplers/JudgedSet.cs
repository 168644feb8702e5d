using System.Collections.Immutable;
using GradientCI.Metrics;

namespace GradientCI.Samplers;

/// <summary>A set of the history that gave all that it is judged by.</summary>
/// <param name="Place">Its place among the observations.</param>
/// <param name="Losses">Its means of all objectives, finite, signed so that less is better.</param>
/// <param name="Violation">By how much it breaks the constraints, finite; 0 when it is feasible.</param>
internal sealed record JudgedSet(int Place, double[] Losses, double Violation)
{
    /// <summary>The step at which it was ended as unpromising; infinite when it was not.</summary>
    public double PrunedAt { get; init; } = double.PositiveInfinity;

    /// <summary>The judged ones among some observations and the pruned ones, in their order. What still runs, failed or gave something that is not finite is none of them.</summary>
    public static IEnumerable<JudgedSet> WithPruned(IEnumerable<Observation> observations, ImmutableArray<Objective> objectives) => observations
        .Select((observation, place) => IsUsable(observation, objectives.Length) ? Of(observation, place, objectives)
            : observation is { Value: null, Partial: { } partial } && partial.Values.Length == objectives.Length && partial.Values.All(double.IsFinite)
                ? Of(partial.Values, place, objectives) with { PrunedAt = partial.Step }
                : null)
        .OfType<JudgedSet>();

    /// <summary>An observation that can be judged.</summary>
    public static JudgedSet Of(Observation observation, int place, ImmutableArray<Objective> objectives) =>
        Of(observation.Values, place, objectives) with { Violation = observation.Violation ?? 0 };

    /// <summary>Whether an observation can be judged by so many objectives.</summary>
    public static bool IsUsable(Observation observation, int objectives) =>
        observation.Values.Length == objectives && !observation.Values.AsSpan().ContainsAnyExceptInRange(double.MinValue, double.MaxValue) && double.IsFinite(observation.Violation ?? 0);

    private static JudgedSet Of(ImmutableArray<double> values, int place, ImmutableArray<Objective> objectives) =>
        new(place, [.. values.Select((value, at) => objectives[at].LossOf(value))], Violation: 0);
}
