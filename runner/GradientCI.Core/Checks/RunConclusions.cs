using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Checks;

/// <summary>Whether a run passed, and why not.</summary>
/// <param name="Passed">Whether everything that had to succeed did.</param>
/// <param name="Reasons">Sentences, the weightiest first; empty when it passed.</param>
public sealed record RunConclusion(bool Passed, ImmutableArray<string> Reasons);

/// <summary>Draws the conclusion from trials and checks.</summary>
public static class RunConclusions
{
    private const int Named = 3;

    /// <summary>
    /// A run passes unless it was cancelled or broken, a trial failed, timed out or was lost, or a required check failed.
    /// A skipped check holds nothing up; nor do trials that were pruned, or cancelled by a sweep's stop rule.
    /// </summary>
    public static RunConclusion Conclude(RunSnapshot snapshot, ImmutableArray<CheckResult> checks)
    {
        ImmutableArray<string> reasons = [.. OfRun(snapshot), .. OfTrials(snapshot), .. OfChecks(checks)];
        return new RunConclusion(reasons.IsEmpty, reasons);
    }

    private static IEnumerable<string> OfRun(RunSnapshot snapshot)
    {
        var run = snapshot.Run;
        var detail = run.Problem.Length == 0 ? "." : $": {run.Problem.TrimEnd('.')}.";
        return run.State switch
        {
            RunState.Cancelled => [$"The run was cancelled{detail}"],
            RunState.Errored => [$"The environment failed{detail}"],
            RunState.Finished when snapshot.Trials.IsEmpty => ["No trial was run."],
            _ => [],
        };
    }

    private static IEnumerable<string> OfTrials(RunSnapshot snapshot) =>
        from state in new[] { TrialState.Failed, TrialState.TimedOut, TrialState.Lost }
        let trials = snapshot.Trials.Where(trial => trial.Trial.State == state).ToArray()
        where trials.Length > 0
        select $"{trials.Length} of {snapshot.Trials.Length} trials {Verb(state)}: {Names(trials)}.";

    private static string Verb(TrialState state) => state switch
    {
        TrialState.TimedOut => "timed out",
        TrialState.Lost => "got lost",
        _ => "failed",
    };

    private static string Names(TrialSnapshot[] trials) =>
        string.Join(", ", trials.Take(Named).Select(trial => trial.Trial.Id))
        + (trials.Length > Named ? $" and {trials.Length - Named} more" : "");

    private static IEnumerable<string> OfChecks(ImmutableArray<CheckResult> checks) => checks
        .Where(check => check.Spec.Required && check.Status == CheckStatus.Failed)
        .Select(check => $"The check {ShortText.Of(check.Spec.Metric, 80)} did not pass: {check.Text}.");
}
