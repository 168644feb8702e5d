using System.Runtime.InteropServices;
using GradientCI.Metrics;

namespace GradientCI.Samplers.Tpe;

/// <summary>What a result is worth, beside others: less is better.</summary>
/// <remarks>
/// As in Optuna 5, results of sets that ran to their end come first, by their loss; behind them those that were pruned: first
/// those that came furthest, and of those that came as far, by their loss there.
/// </remarks>
/// <param name="IsPartial">Whether it was pruned.</param>
/// <param name="Missing">How far it did not come: the step's negative, or 0 for one that ran to its end.</param>
/// <param name="Loss">What is to be made small.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Merit(bool IsPartial, double Missing, double Loss) : IComparable<Merit>
{
    /// <summary>The merit of what is known of a set; null while, or if, nothing usable is.</summary>
    public static Merit? Of(Observation observation, Objective objective)
    {
        if (Verdicts.LossOf(observation, objective) is var loss && double.IsFinite(loss))
        {
            return new Merit(IsPartial: false, 0, loss);
        }

        return observation.Partial is not { Step: var step, Value: var value } || !double.IsFinite(step) ? null
            : new Merit(IsPartial: true, -step, !double.IsFinite(value) ? double.PositiveInfinity : objective.Direction == Direction.Minimize ? value : -value);
    }

    /// <inheritdoc/>
    public int CompareTo(Merit other) => IsPartial != other.IsPartial ? IsPartial.CompareTo(other.IsPartial)
        : Missing != other.Missing ? Missing.CompareTo(other.Missing)
        : Loss.CompareTo(other.Loss);

    public static bool operator <(Merit left, Merit right) => left.CompareTo(right) < 0;

    public static bool operator >(Merit left, Merit right) => left.CompareTo(right) > 0;

    public static bool operator <=(Merit left, Merit right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Merit left, Merit right) => left.CompareTo(right) >= 0;
}
