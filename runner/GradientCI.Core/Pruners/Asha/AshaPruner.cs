namespace GradientCI.Pruners.Asha;

/// <summary>At each rung one trial in so many goes on; the steps of the rungs grow by the same factor.</summary>
/// <remarks>
/// Asynchronous successive halving: Li et al., "A system for massively parallel hyperparameter tuning" (2020). A trial that
/// leaves a checkpoint is paused at its rung, and goes on when it is among the best there after all.
/// </remarks>
public sealed class AshaPruner : IPruner
{
    /// <summary>The first rung unless set otherwise: a step of 1.</summary>
    public const double MinStep = 1;

    /// <summary>One in so many goes on unless set otherwise: 3, of Li et al. (2017), section 2.6, "3 or 4".</summary>
    public const double Reduction = 3;

    /// <inheritdoc/>
    public string Name => "asha";

    /// <inheritdoc/>
    public ILadder LadderOf(PruningProblem problem) => new GeometricLadder(problem.Setting("min-step", MinStep), ReductionOf(problem));

    /// <inheritdoc/>
    public string? ReasonToPrune(PruningProblem problem, Curves curves, int trial) =>
        Halving.ReasonToPrune(problem, curves, trial, ReductionOf(problem), double.NegativeInfinity);

    /// <inheritdoc/>
    public int? NextToResume(PruningProblem problem, Curves curves) => Halving.NextToResume(curves, ReductionOf(problem));

    private static double ReductionOf(PruningProblem problem) => problem.Setting("reduction", Reduction);
}
