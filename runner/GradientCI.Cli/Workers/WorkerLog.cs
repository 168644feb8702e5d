using GradientCI.Cli.Output;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Runner.Orchestration;

namespace GradientCI.Cli.Workers;

/// <summary>What a worker says: a line per step of a run and per ended trial, fit for a journal.</summary>
/// <param name="print">Gets each line.</param>
internal sealed class WorkerLog(Action<WorkerLine> print) : IRunObserver
{
    private readonly Lock _lock = new();
    private string _waits = "";

    /// <summary>Told the same.</summary>
    public IRunObserver Also { get; init; } = new SilentObserver();

    /// <summary>A log that a person reads.</summary>
    public static WorkerLog To(Terminal terminal) => new(line => terminal.Say(line.IsProblem ? $"error: {line.Text}" : line.Text));

    /// <summary>Says a line.</summary>
    public void Say(string line, RunId? run = null, AttemptId? attempt = null) => print(new WorkerLine(Plain.Line(line), IsProblem: false, run, attempt));

    /// <summary>Says what went wrong.</summary>
    public void Problem(string sentence, RunId? run = null) => print(new WorkerLine(Plain.Line(sentence), IsProblem: true, run));

    public void RunChanged(Run run)
    {
        Say($"{run.Id} {RunWords.Of(run)}{(run.Problem.Length == 0 ? "" : $": {run.Problem}")}", run.Id);
        Also.RunChanged(run);
    }

    public void Waits(string sentence)
    {
        // Every trial that waits says so at every beat; once is enough until something moves again.
        lock (_lock)
        {
            if (_waits == sentence)
            {
                return;
            }

            _waits = sentence;
        }

        Say($"waiting: {sentence}");
    }

    public void TrialChanged(Trial trial)
    {
        Also.TrialChanged(trial);
        lock (_lock)
        {
            _waits = "";
        }

        if (trial.State.HasEnded())
        {
            Say($"{trial.Id} {trial.State.Word()}{(trial.Reason.Length == 0 ? "" : $": {trial.Reason}")}", trial.Id.Run, Last(trial));
        }
    }

    public void TrialAdopted(Trial trial, WorkerId from)
    {
        Say($"{trial.Id} goes on here: its worker {from} is gone", trial.Id.Run, Last(trial));
        Also.TrialAdopted(trial, from);
    }

    public void TrialLost(TrialId trial)
    {
        Say($"{trial} is another worker's from now on: the lease of this one had ended", trial.Run);
        Also.TrialLost(trial);
    }

    public void MetricsRead(TrialId trial, IReadOnlyDictionary<string, MetricPoint> latest)
    {
        // The report's business.
    }

    private static AttemptId? Last(Trial trial) => trial.Attempts.IsEmpty ? null : trial.Attempts[^1].Id;
}
