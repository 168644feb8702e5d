using GradientCI.Cli.Output;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Runner.Orchestration;

namespace GradientCI.Cli.Workers;

/// <summary>What a worker says: a line per step of a run and per ended trial, fit for a journal.</summary>
internal sealed class WorkerLog(Terminal terminal) : IRunObserver
{
    private readonly Lock _lock = new();
    private string _waits = "";

    /// <summary>Says a line.</summary>
    public void Say(string line) => terminal.Say(Plain.Line(line));

    /// <summary>Says what went wrong.</summary>
    public void Problem(string sentence) => terminal.Say($"error: {Plain.Line(sentence)}");

    public void RunChanged(Run run) => Say($"{run.Id} {RunWords.Of(run)}{(run.Problem.Length == 0 ? "" : $": {run.Problem}")}");

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
        lock (_lock)
        {
            _waits = "";
        }

        if (trial.State.HasEnded())
        {
            Say($"{trial.Id} {trial.State.Word()}{(trial.Reason.Length == 0 ? "" : $": {trial.Reason}")}");
        }
    }

    public void TrialAdopted(Trial trial, WorkerId from) => Say($"{trial.Id} goes on here: its worker {from} is gone");

    public void MetricsRead(TrialId trial, IReadOnlyDictionary<string, MetricPoint> latest)
    {
        // The report's business.
    }
}
