using GradientCI.Comparisons;

namespace GradientCI.Pruners.Patience;

/// <summary>Ends a trial that has not become better for so many points. It compares a trial with itself alone.</summary>
/// <remarks>
/// What Keras calls early stopping, and Optuna a PatientPruner around nothing. Of several objectives a point is better when
/// no earlier one is as good in all of them.
/// </remarks>
public sealed class PatiencePruner : IPruner
{
    /// <summary>Points without a better one, unless set otherwise: 10. Optuna and Keras make the user say.</summary>
    public const double Patience = 10;

    /// <inheritdoc/>
    public string Name => "patience";

    /// <inheritdoc/>
    public ILadder LadderOf(PruningProblem problem) => new NoLadder();

    /// <inheritdoc/>
    public string? ReasonToPrune(PruningProblem problem, Curves curves, int trial)
    {
        var curve = curves.Of(trial);
        if (curve.SinceBest < problem.Setting("patience", Patience))
        {
            return null;
        }

        var told = !curve.Best.IsFinite ? $"{problem.Metrics} was not finite" : problem.Objectives.Length == 1 ? $"no better than {problem.Told(curve.Best)}" : $"no better in {problem.Metrics}";
        return $"Pruned at step {ValueText.Of(curve.Step)}: {told} for {curve.SinceBest} {(curve.SinceBest == 1 ? "point" : "points")}.";
    }

    /// <inheritdoc/>
    public int? NextToResume(PruningProblem problem, Curves curves) => null;

    private sealed class NoLadder : ILadder
    {
        public bool IsOfCompleted => false;

        public bool IsAtEveryPoint => true;

        public double RungAt(double step) => double.NaN;

        public double RungAfter(double rung) => double.NaN;

        public int GroupOf(int set, double furthest) => 0;
    }
}
