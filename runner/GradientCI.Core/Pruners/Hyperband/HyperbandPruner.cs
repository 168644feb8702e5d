namespace GradientCI.Pruners.Hyperband;

/// <summary>Several brackets of successive halving, each less hasty than the one before: for curves that mislead at first.</summary>
/// <remarks>
/// Li et al., "Hyperband: a novel bandit-based approach to hyperparameter optimization" (2017), with asynchronous rungs as in
/// the ASHA paper's section 3. Without <c>max-step</c> the first trials run to their end, and show it.
/// </remarks>
public sealed class HyperbandPruner : IPruner
{
    /// <summary>The first rung unless set otherwise: a step of 1.</summary>
    public const double MinStep = 1;

    /// <summary>One in so many goes on unless set otherwise: 3, of the paper's section 2.6.</summary>
    public const double Reduction = 3;

    /// <inheritdoc/>
    public string Name => "hyperband";

    /// <inheritdoc/>
    public ILadder LadderOf(PruningProblem problem) => new Ladder(problem);

    /// <inheritdoc/>
    public string? ReasonToPrune(PruningProblem problem, Curves curves, int trial)
    {
        if (BracketsOf(problem, curves.Furthest) is not { } brackets)
        {
            return null;
        }

        var (least, reduction) = (LeastOf(problem), ReductionOf(problem));
        return Halving.ReasonToPrune(problem, curves, trial, reduction, least * Math.Pow(reduction, brackets.Of(curves.SetOf(trial).Number)));
    }

    /// <inheritdoc/>
    public int? NextToResume(PruningProblem problem, Curves curves) => Halving.NextToResume(curves, ReductionOf(problem));

    private static Brackets? BracketsOf(PruningProblem problem, double furthest) =>
        Brackets.Between(LeastOf(problem), problem.Setting("max-step", furthest), ReductionOf(problem));

    private static double LeastOf(PruningProblem problem) => problem.Setting("min-step", MinStep);

    private static double ReductionOf(PruningProblem problem) => problem.Setting("reduction", Reduction);

    private sealed class Ladder(PruningProblem problem) : GeometricLadder(LeastOf(problem), ReductionOf(problem))
    {
        private (double Furthest, Brackets? Brackets) _known = (double.NaN, BracketsOf(problem, double.NaN));

        public override int GroupOf(int set, double furthest)
        {
            if (!furthest.Equals(_known.Furthest))
            {
                _known = (furthest, BracketsOf(problem, furthest));
            }

            return _known.Brackets?.Of(set) ?? 0;
        }
    }
}
