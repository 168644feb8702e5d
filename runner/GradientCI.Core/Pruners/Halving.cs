using GradientCI.Comparisons;

namespace GradientCI.Pruners;

/// <summary>Of those that reach a rung, one in so many goes on: asynchronously, judged by who came as far so far.</summary>
/// <remarks>
/// Li et al., "A system for massively parallel hyperparameter tuning" (2020), algorithm 2. As in Optuna 5, the best of a rung
/// goes on even while fewer than a whole share have come: else a small sweep would end nothing. As in the paper, a full
/// trial takes at least a whole reduction times as long as it is at its last rung: a rung just before the end saves little and loses much.
/// </remarks>
internal static class Halving
{
    /// <summary>Why a trial does not go on from the last rung that it reached; null when it does.</summary>
    public static string? ReasonToPrune(PruningProblem problem, Curves curves, int trial, double reduction, double first)
    {
        var (curve, set) = (curves.Of(trial), curves.SetOf(trial));
        var step = curve.LastRung;
        if (double.IsNaN(step) || step < first || step > curves.Furthest / reduction || set.LossesAt(step, isOfCompleted: false) is not { } losses)
        {
            return null;
        }

        var rung = curves.RungOf(set.Number, step);
        var (place, goOn) = (rung.CountBetter(set.Number, losses) + 1, GoOn(rung, reduction));
        return place <= goOn || !curves.Foretells(set.Number, step) ? null
            : $"Pruned at step {ValueText.Of(step)}: {Told(problem, losses)} is number {place} of {rung.Count}, and {(goOn == 1 ? "only the best goes on" : $"the best {goOn} go on")}.";
    }

    /// <summary>The best of those that wait and by now may go on, from the highest rung that has one and foretells something; null when none may.</summary>
    public static int? NextToResume(Curves curves, double reduction) =>
        curves.RungsFromTheTop().Select(each => each.Rung.NextOf(GoOn(each.Rung, reduction)) is { } set && curves.Foretells(set, each.Step) ? set : (int?)null)
            .FirstOrDefault(set => set is not null);

    private static int GoOn(Rung rung, double reduction) => Math.Max(1, (int)(rung.Count / reduction));

    private static string Told(PruningProblem problem, Losses losses) =>
        losses.IsFinite ? problem.Told(losses) : $"{problem.Metrics}, which is not finite or breaks a constraint,";
}
