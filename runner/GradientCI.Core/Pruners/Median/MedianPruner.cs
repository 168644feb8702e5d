using GradientCI.Pruners.Percentile;

namespace GradientCI.Pruners.Median;

/// <summary>Ends a trial whose best point so far is worse than the median of what completed trials were at the same step.</summary>
/// <remarks>The median stopping rule of Golovin et al., "Google Vizier" (2017), with the defaults of Optuna's MedianPruner.</remarks>
public sealed class MedianPruner : IPruner
{
    private const double Middle = 50;

    /// <inheritdoc/>
    public string Name => "median";

    /// <inheritdoc/>
    public ILadder LadderOf(PruningProblem problem) => PercentilePruner.Ladder(problem);

    /// <inheritdoc/>
    public string? ReasonToPrune(PruningProblem problem, Curves curves, int trial) =>
        PercentilePruner.ReasonToPrune(problem, curves, trial, Middle, "the median");

    /// <inheritdoc/>
    public int? NextToResume(PruningProblem problem, Curves curves) => null;
}
