namespace GradientCI.Pruners;

/// <summary>The curves of a parameter set's repeats. The set is judged by their running mean.</summary>
internal sealed class SetCurves(int number)
{
    private (Rung Rung, Losses Losses)? _paused;

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
    public Losses? LossesAt(double step, bool isOfCompleted) =>
        Mean(trial => !isOfCompleted || trial.End == CurveEnd.Completed ? trial.At(step)?.Losses : null);

    /// <summary>The mean at the end over those that ran to it; null when none did.</summary>
    public Losses? LossesAtEnd => Mean(trial => trial.End == CurveEnd.Completed ? trial.FeasibleLosses : null);

    /// <summary>Whether one of its trials ran to its end.</summary>
    public bool HasCompleted => Trials.Exists(trial => trial.End == CurveEnd.Completed);

    /// <summary>The last rung that one of its trials reached; NaN before the first.</summary>
    public double LastRung => Trials.Count == 1 ? Trials[0].LastRung : Trials.Select(trial => trial.LastRung).DefaultIfEmpty(double.NaN).Max();

    /// <summary>The mean of their best points by then; null when none came as far.</summary>
    public Losses? BestAt(double step) => Mean(trial => trial.At(step)?.Best);

    /// <summary>It waits at a rung.</summary>
    public void Pause(Rung rung, Losses losses)
    {
        if (_paused is null)
        {
            rung.Pause(Number, losses);
            _paused = (rung, losses);
        }
    }

    /// <summary>It waits no more.</summary>
    public void Resume()
    {
        if (_paused is var (rung, losses))
        {
            rung.Resume(Number, losses);
            _paused = null;
        }
    }

    private Losses? Mean(Func<TrialCurve, Losses?> lossesOf)
    {
        Losses? sum = null;
        var count = 0;
        foreach (var trial in Trials)
        {
            if (lossesOf(trial) is { } losses)
            {
                (sum, count) = (sum is { } before ? before + losses : losses, count + 1);
            }
        }

        return sum is { } all ? Losses.Mean(all, count) : null;
    }
}
