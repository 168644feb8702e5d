using System.Runtime.InteropServices;

namespace GradientCI.Pruners;

/// <summary>One trial's curve: what it was at the rungs that it reached, and how it stands.</summary>
internal sealed class TrialCurve(PruningProblem problem, bool isAtEveryPoint, int set)
{
    private readonly List<Standing> _standings = [];
    private RunningLoss[] _running = Beginning(problem);
    private Advance _advance = new(problem.LeastGain);
    private bool _isInfeasible;

    /// <summary>The number of its parameter set.</summary>
    public int Set { get; } = set;

    /// <summary>How it ended, or null.</summary>
    public CurveEnd? End { get; set; }

    /// <summary>The furthest step; NaN while there is none.</summary>
    public double Step { get; private set; } = double.NaN;

    /// <summary>How many points it has.</summary>
    public long Points { get; private set; }

    /// <summary>The losses as of its last point, as the objectives aggregate points.</summary>
    public Losses Losses => Of(running => running.Loss);

    /// <summary>The losses as of its last point; infinite when a constraint is broken there.</summary>
    public Losses FeasibleLosses => _isInfeasible ? Losses.Infinite(_running.Length) : Losses;

    /// <summary>The least loss of a point, of each objective.</summary>
    public Losses Best => Of(running => running.Best);

    /// <summary>How many points came since the last that none before it was as good as; of a trial that is judged at every point.</summary>
    public int SinceBest => _advance.Since;

    /// <summary>Whether its last point was one to judge it at.</summary>
    public bool IsDue { get; private set; }

    /// <summary>The last rung that it reached; NaN before the first.</summary>
    public double LastRung => _standings.Count == 0 ? double.NaN : _standings[^1].Rung;

    /// <summary>Adds a point.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="rung">The rung that it reaches, or NaN.</param>
    /// <param name="point">The losses there.</param>
    /// <param name="isInfeasible">Whether a constraint is broken there.</param>
    public void Add(double step, double rung, Losses point, bool isInfeasible)
    {
        Points++;
        Step = double.IsFinite(step) && !(step <= Step) ? step : Step;
        for (var at = 0; at < _running.Length; at++)
        {
            _running[at].Add(point[at]);
        }

        if (isAtEveryPoint)
        {
            _advance.Add(point);
        }

        _isInfeasible = isInfeasible;
        IsDue = isAtEveryPoint || !double.IsNaN(rung);
        if (!double.IsNaN(rung))
        {
            var worst = Losses.Infinite(_running.Length);
            _standings.Add(isInfeasible ? new Standing(rung, worst, worst) : new Standing(rung, Losses, Best));
        }
    }

    /// <summary>What it was when it reached a step, or passed it; null when it has not yet.</summary>
    public Standing? At(double step)
    {
        var (low, high) = (0, _standings.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _standings[middle].Rung < step ? (middle + 1, high) : (low, middle);
        }

        return low < _standings.Count ? _standings[low] : null;
    }

    /// <summary>Starts from nothing.</summary>
    public void Forget()
    {
        _standings.Clear();
        (_running, _advance) = (Beginning(problem), new Advance(problem.LeastGain));
        (Step, Points, IsDue, _isInfeasible) = (double.NaN, 0, false, false);
    }

    private static RunningLoss[] Beginning(PruningProblem problem) => [.. problem.Objectives.Select(objective => new RunningLoss(objective.Aggregate))];

    private Losses Of(Func<RunningLoss, double> lossOf)
    {
        Span<double> losses = stackalloc double[_running.Length];
        for (var at = 0; at < losses.Length; at++)
        {
            losses[at] = lossOf(_running[at]);
        }

        return new Losses(losses);
    }
}

/// <summary>What a trial was when it reached a rung.</summary>
/// <param name="Rung">The rung.</param>
/// <param name="Losses">The losses by then, as the objectives aggregate points.</param>
/// <param name="Best">The least loss of a point by then, of each objective.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Standing(double Rung, Losses Losses, Losses Best);
