using System.Runtime.InteropServices;
using GradientCI.Metrics;

namespace GradientCI.Pruners;

/// <summary>One trial's curve: what it was at the rungs that it reached, and how it stands.</summary>
internal sealed class TrialCurve(PruningProblem problem, bool isAtEveryPoint, int set)
{
    private const int Window = 5;

    private readonly List<Standing> _standings = [];
    private readonly Queue<double> _latest = [];
    private readonly double _leastGain = problem.Setting("min-delta", 0);
    private double _beaten = double.PositiveInfinity;

    /// <summary>The number of its parameter set.</summary>
    public int Set { get; } = set;

    /// <summary>How it ended, or null.</summary>
    public CurveEnd? End { get; set; }

    /// <summary>The furthest step; NaN while there is none.</summary>
    public double Step { get; private set; } = double.NaN;

    /// <summary>How many points it has.</summary>
    public long Points { get; private set; }

    /// <summary>The loss as of its last point, as the objective aggregates points.</summary>
    public double Loss { get; private set; } = double.PositiveInfinity;

    /// <summary>The loss as of its last point; infinite when a constraint is broken there.</summary>
    public double FeasibleLoss { get; private set; } = double.PositiveInfinity;

    /// <summary>The least loss of a point.</summary>
    public double Best { get; private set; } = double.PositiveInfinity;

    /// <summary>How many points came since the last that beat all before it.</summary>
    public int SinceBest { get; private set; }

    /// <summary>Whether its last point was one to judge it at.</summary>
    public bool IsDue { get; private set; }

    /// <summary>The last rung that it reached; NaN before the first.</summary>
    public double LastRung => _standings.Count == 0 ? double.NaN : _standings[^1].Rung;

    /// <summary>Adds a point.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="rung">The rung that it reaches, or NaN.</param>
    /// <param name="value">The objective there.</param>
    /// <param name="isInfeasible">Whether a constraint is broken there.</param>
    public void Add(double step, double rung, double value, bool isInfeasible)
    {
        var loss = problem.LossOf(value);
        Points++;
        Step = double.IsFinite(step) && !(step <= Step) ? step : Step;
        Best = Math.Min(Best, loss);
        SinceBest = loss < _beaten - _leastGain ? 0 : SinceBest + 1;
        _beaten = SinceBest == 0 ? loss : _beaten;
        Loss = Aggregate(loss);
        FeasibleLoss = isInfeasible ? double.PositiveInfinity : Loss;
        IsDue = isAtEveryPoint || !double.IsNaN(rung);
        if (!double.IsNaN(rung))
        {
            _standings.Add(isInfeasible ? new Standing(rung, double.PositiveInfinity, double.PositiveInfinity) : new Standing(rung, Loss, Best));
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
        _latest.Clear();
        (Step, Points, SinceBest, IsDue) = (double.NaN, 0, 0, false);
        Loss = FeasibleLoss = Best = _beaten = double.PositiveInfinity;
    }

    private double Aggregate(double loss)
    {
        switch (problem.Objective.Aggregate)
        {
            case ObjectiveAggregate.Best:
                return Best;
            case ObjectiveAggregate.MeanOfLastFive:
                _latest.Enqueue(loss);
                if (_latest.Count > Window)
                {
                    _latest.Dequeue();
                }

                return _latest.Average();
            default:
                return loss;
        }
    }
}

/// <summary>What a trial was when it reached a rung.</summary>
/// <param name="Rung">The rung.</param>
/// <param name="Loss">The loss by then, as the objective aggregates points.</param>
/// <param name="Best">The least loss of a point by then.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Standing(double Rung, double Loss, double Best);
