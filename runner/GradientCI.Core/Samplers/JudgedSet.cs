using System.Collections.Immutable;
using GradientCI.Metrics;

namespace GradientCI.Samplers;

/// <summary>A set of the history that gave all that it is judged by.</summary>
/// <param name="Place">Its place among the observations.</param>
/// <param name="Losses">Its means of all objectives, finite, signed so that less is better.</param>
/// <param name="Violation">By how much it breaks the constraints, finite; 0 when it is feasible.</param>
internal sealed record JudgedSet(int Place, double[] Losses, double Violation)
{
    /// <summary>The judged ones among some observations, in their order. What still runs, failed or gave something that is not finite is none of them.</summary>
    public static IEnumerable<JudgedSet> Of(IEnumerable<Observation> observations, ImmutableArray<Objective> objectives) => observations
        .Select((observation, place) => (observation, place))
        .Where(each => IsUsable(each.observation, objectives.Length))
        .Select(each => Of(each.observation, each.place, objectives));

    /// <summary>An observation that can be judged.</summary>
    public static JudgedSet Of(Observation observation, int place, ImmutableArray<Objective> objectives) =>
        new(place, [.. observation.Values.Select((value, at) => objectives[at].LossOf(value))], observation.Violation ?? 0);

    /// <summary>Whether an observation can be judged by so many objectives.</summary>
    public static bool IsUsable(Observation observation, int objectives) =>
        observation.Values.Length == objectives && !observation.Values.AsSpan().ContainsAnyExceptInRange(double.MinValue, double.MaxValue) && double.IsFinite(observation.Violation ?? 0);
}
