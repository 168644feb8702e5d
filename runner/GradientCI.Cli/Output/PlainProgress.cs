using GradientCI.Experiments;
using GradientCI.Metrics;

namespace GradientCI.Cli.Output;

/// <summary>A line per ended trial, for files, pipes and CI logs.</summary>
internal sealed class PlainProgress(RunTally tally, Terminal terminal) : IProgressView
{
    private readonly Lock _lock = new();

    public void RunChanged(Run run)
    {
        if (run.State == RunState.Running)
        {
            Print($"{run.Id} at {run.Commit.Sha.Short}: {Plain.Fit(run.Commit.Subject, 60)}");
        }
    }

    public void Waits(string sentence) => Print($"waiting: {sentence}");

    public void TrialChanged(Trial trial)
    {
        // Counted and printed in one go, so that the numbers go up.
        lock (_lock)
        {
            Tell(trial);
        }
    }

    public void TrialAdopted(Trial trial, WorkerId from) => Print($"{trial.Id}  goes on: it outlived the process that started it");

    public void MetricsRead(TrialId trial, IReadOnlyDictionary<string, MetricPoint> latest) => tally.Note(trial, latest);

    public void Dispose()
    {
        // Nothing is held back.
    }

    private void Tell(Trial trial)
    {
        tally.Note(trial);
        if (trial is { State: TrialState.Queued, Attempts: [.., { Outcome: AttemptOutcome.Pruned }] })
        {
            Print($"{trial.Id}  goes on: it is among the best where it was pruned, after all");
        }
        else if (trial.State == TrialState.Queued && !trial.Attempts.IsEmpty)
        {
            Print($"{trial.Id}  will be tried again: {Plain.Line(trial.Attempts[^1].Reason)}");
        }
        else if (trial.State.HasEnded())
        {
            var took = trial is { StartedAt: { } from, EndedAt: { } to } ? Plain.Duration(to - from) : "";
            var count = tally.Planned is { } planned ? $"{tally.Counts().Ended}/{planned}" : $"{tally.Counts().Ended}";
            string[] parts = [$"[{count}] {trial.Id}", trial.Standing, Plain.Line(trial.Parameters.ToString()), tally.Latest(trial.Id), took, Plain.Line(trial.Reason)];
            Print(string.Join("  ", parts.Where(part => part.Length > 0)));
        }
    }

    private void Print(string line) => terminal.Say(line);
}
