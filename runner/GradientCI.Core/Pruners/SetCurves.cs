namespace GradientCI.Pruners;

/// <summary>The curves of a parameter set's repeats. The set is judged by their running mean.</summary>
internal sealed class SetCurves(int number)
{
    private (Rung Rung, double Loss)? _paused;

    /// <summary>The set's number.</summary>
    public int Number { get; } = number;

    /// <summary>The curves of its trials.</summary>
    public List<TrialCurve> Trials { get; } = [];

    /// <summary>The rung at which it waits, or null: when all its trials have ended, and one of them can go on.</summary>
    public double? PausedAt =>
        Trials.TrueForAll(trial => trial.End is not null)
        && Trials.Where(trial => trial.End == CurveEnd.Paused && !double.IsNaN(trial.LastRung)).Select(trial => trial.LastRung).DefaultIfEmpty(double.NaN).Max() is var step
        && !double.IsNaN(step) ? step : null;

    /// <summary>The mean over those that came as far; null when none did.</summary>
    public double? LossAt(double step, bool isOfCompleted) => Mean(step, isOfCompleted, standing => standing.Loss);

    /// <summary>The mean at the end over those that ran to it; null when none did.</summary>
    public double? LossAtEnd => HasCompleted ? Trials.Where(trial => trial.End == CurveEnd.Completed).Average(trial => trial.FeasibleLoss) : null;

    /// <summary>Whether one of its trials ran to its end.</summary>
    public bool HasCompleted => Trials.Exists(trial => trial.End == CurveEnd.Completed);

    /// <summary>The last rung that one of its trials reached; NaN before the first.</summary>
    public double LastRung => Trials.Count == 1 ? Trials[0].LastRung : Trials.Select(trial => trial.LastRung).DefaultIfEmpty(double.NaN).Max();

    /// <summary>The mean of their best points by then; null when none came as far.</summary>
    public double? BestAt(double step) => Mean(step, isOfCompleted: false, standing => standing.Best);

    /// <summary>It waits at a rung.</summary>
    public void Pause(Rung rung, double loss)
    {
        if (_paused is null)
        {
            rung.Pause(loss, Number);
            _paused = (rung, loss);
        }
    }

    /// <summary>It waits no more.</summary>
    public void Resume()
    {
        if (_paused is var (rung, loss))
        {
            rung.Resume(loss, Number);
            _paused = null;
        }
    }

    private double? Mean(double step, bool isOfCompleted, Func<Standing, double> lossOf)
    {
        var (sum, count) = (0.0, 0);
        foreach (var trial in Trials)
        {
            if ((!isOfCompleted || trial.End == CurveEnd.Completed) && trial.At(step) is { } standing)
            {
                (sum, count) = (sum + lossOf(standing), count + 1);
            }
        }

        return count == 0 ? null : sum / count;
    }
}
