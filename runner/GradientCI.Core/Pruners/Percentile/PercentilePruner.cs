using GradientCI.Comparisons;

namespace GradientCI.Pruners.Percentile;

/// <summary>Ends a trial whose best point so far is behind a percentile of what completed trials were at the same step.</summary>
/// <remarks>
/// The rule and its defaults are those of Optuna's PercentilePruner; with 50 it is the median stopping rule of Golovin et al.,
/// "Google Vizier" (2017).
/// </remarks>
public sealed class PercentilePruner : IPruner
{
    /// <summary>The best share that a trial must keep up with unless set otherwise: 25 percent, as in Optuna's documentation.</summary>
    public const double Share = 25;

    /// <summary>Trials that run to their end before any is judged, unless set otherwise: 5, as in Optuna.</summary>
    public const double StartupTrials = 5;

    /// <inheritdoc/>
    public string Name => "percentile";

    /// <inheritdoc/>
    public ILadder LadderOf(PruningProblem problem) => Ladder(problem);

    /// <inheritdoc/>
    public string? ReasonToPrune(PruningProblem problem, Curves curves, int trial)
    {
        var share = problem.Setting("percentile", Share);
        return ReasonToPrune(problem, curves, trial, share, $"the best {ValueText.Of(share)} % begin at");
    }

    /// <inheritdoc/>
    public int? NextToResume(PruningProblem problem, Curves curves) => null;

    internal static ILadder Ladder(PruningProblem problem) => new DecimalLadder(problem.Setting("min-step", 0));

    internal static string? ReasonToPrune(PruningProblem problem, Curves curves, int trial, double percentile, string what)
    {
        var (curve, set) = (curves.Of(trial), curves.SetOf(trial));
        var step = curve.LastRung;
        if (double.IsNaN(step) || curves.Completed < problem.Setting("startup-trials", StartupTrials) || set.BestAt(step) is not { } best)
        {
            return null;
        }

        var behind = curves.RungOf(set.Number, step) switch
        {
            SortedRung rung => Behind(problem, rung, best.First, percentile, what),
            var rung => Behind(problem, rung, set.Number, best, percentile),
        };
        return behind is null || !curves.Foretells(set.Number, step) ? null : $"Pruned at step {ValueText.Of(step)}: {behind}.";
    }

    private static string? Behind(PruningProblem problem, SortedRung rung, double best, double percentile, string what)
    {
        var (bound, count) = rung.Percentile(percentile);
        var told = double.IsFinite(best) ? $"{ValueText.Of(problem.Objective.ValueOf(best))} is worse than" : $"{problem.Objective.Metric} is not finite or breaks a constraint;";
        return best > bound ? $"{told} {what} {ValueText.Of(problem.Objective.ValueOf(bound))} of {count} {Trials(count)}" : null;
    }

    // Of several objectives there is no value in the middle, but there are as many before it as would be before that.
    private static string? Behind(PruningProblem problem, Rung rung, int set, Losses best, double percentile)
    {
        var (ahead, count) = (rung.CountBetter(set, best), rung.CountUsable);
        var told = best.IsFinite ? $"{problem.Told(best)} comes" : $"{problem.Metrics} is not finite or breaks a constraint, and comes";
        return count > 0 && ahead > percentile / 100 * (count - 1) ? $"{told} behind {ahead} of {count} {Trials(count)}" : null;
    }

    private static string Trials(int count) => count == 1 ? "trial" : "trials";
}
