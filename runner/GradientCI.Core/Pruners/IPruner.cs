namespace GradientCI.Pruners;

/// <summary>Ends trials that are not worth their time.</summary>
/// <remarks>
/// Pure: a judgement depends on the problem and the curves and on nothing else, so that a sweep that was killed goes on as
/// if nothing had happened. Whoever compares trials with each other never prunes the best at a rung there. Safe to call from
/// several threads, each with curves of its own.
/// </remarks>
public interface IPruner
{
    /// <summary>The name by which the manifest asks for it.</summary>
    string Name { get; }

    /// <summary>At which steps it compares curves, and with which.</summary>
    ILadder LadderOf(PruningProblem problem);

    /// <summary>Why a trial should end, as one sentence that names the step; null to go on.</summary>
    /// <param name="problem">What is optimised, and the settings.</param>
    /// <param name="curves">All curves so far.</param>
    /// <param name="trial">The trial, judged at the last rung that it reached. Ask when <see cref="Curves.Add(int, double, ReadOnlySpan{double}, bool)"/> says so.</param>
    string? ReasonToPrune(PruningProblem problem, Curves curves, int trial);

    /// <summary>The paused parameter set that should go on before a new one is proposed, or null.</summary>
    int? NextToResume(PruningProblem problem, Curves curves);
}

/// <summary>The steps at which a pruner compares curves.</summary>
public interface ILadder
{
    /// <summary>Whether a trial is compared with those alone that ran to their end, instead of with all that came as far.</summary>
    bool IsOfCompleted { get; }

    /// <summary>Whether a trial is judged at every point, and not only when it reaches a rung.</summary>
    bool IsAtEveryPoint { get; }

    /// <summary>The greatest rung that is no greater than a step; NaN below the first.</summary>
    double RungAt(double step);

    /// <summary>The rung that follows one; NaN when it is so near that the order there would not be another.</summary>
    double RungAfter(double rung);

    /// <summary>The group within which a parameter set is compared.</summary>
    /// <param name="set">The set's number.</param>
    /// <param name="furthest">The furthest step of a trial that ran to its end; NaN while there is none. It only grows.</param>
    int GroupOf(int set, double furthest);
}
