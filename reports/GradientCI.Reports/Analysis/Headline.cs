using System.Collections.Immutable;
using GradientCI.Checks;
using GradientCI.Comparisons;
using GradientCI.Experiments;

namespace GradientCI.Reports.Analysis;

/// <summary>What a run came to.</summary>
public enum Outcome
{
    /// <summary>No trial failed and every required check passed.</summary>
    Passed,

    /// <summary>It ran to its end, and something of that is not so.</summary>
    Failed,

    /// <summary>A person or a newer commit ended it.</summary>
    Cancelled,

    /// <summary>The environment broke.</summary>
    Errored,

    /// <summary>It has not ended.</summary>
    Running,

    /// <summary>It has not started.</summary>
    Queued,
}

/// <summary>The report in one line.</summary>
/// <param name="Outcome">What the run came to.</param>
/// <param name="Phrases">Best value, difference, checks, trials: what is known of them, each a few words of untrusted text.</param>
/// <param name="Reasons">Why it did not pass; untrusted texts.</param>
public sealed record Headline(Outcome Outcome, ImmutableArray<string> Phrases, ImmutableArray<string> Reasons)
{
    /// <summary>The outcome as a word.</summary>
    public string Word => Outcome.ToString().ToLowerInvariant();

    /// <summary>What a run came to by its own record, without its trials.</summary>
    internal static Outcome OutcomeOf(Run run) => run.State switch
    {
        RunState.Queued => Outcome.Queued,
        RunState.Running => Outcome.Running,
        RunState.Cancelled => Outcome.Cancelled,
        RunState.Errored => Outcome.Errored,
        _ => run.Passed == true ? Outcome.Passed : Outcome.Failed,
    };

    internal static Headline Of(Report report)
    {
        var outcome = report.Run.Run.State switch
        {
            RunState.Queued => Outcome.Queued,
            RunState.Running => Outcome.Running,
            RunState.Cancelled => Outcome.Cancelled,
            RunState.Errored => Outcome.Errored,
            _ => report.Conclusion.Passed ? Outcome.Passed : Outcome.Failed,
        };
        string[] phrases = [Best(report), Front(report), Difference(report), Checks(report), Trials(report)];
        ImmutableArray<string> reasons = outcome switch
        {
            Outcome.Passed or Outcome.Running or Outcome.Queued => [],
            Outcome.Failed => report.Conclusion.Reasons,
            _ => report.Run.Run.Problem.Length > 0 ? [report.Run.Run.Problem] : [],
        };
        return new Headline(outcome, [.. phrases.Where(phrase => phrase.Length > 0)], reasons);
    }

    private static string Best(Report report) => report switch
    {
        { Objective: null } => "",
        { Best: { Mean: not null } best } => FrontText.Values(best),
        { Tally.Ended: 0 } => "",
        _ => $"no value of {string.Join(" and ", report.Run.Run.Spec.Objectives.Select(objective => objective.Metric))}",
    };

    private static string Front(Report report) => report.Ranking.Front is { IsEmpty: false } front ? $"best of {front.Length:N0} on the front" : "";

    private static string Difference(Report report) =>
        report.Comparison?.Front is { } front ? $"hypervolume {FrontText.Phrase(front)} against {report.Baseline!.Run.Id}"
        : report.ObjectiveComparison is { Difference: not null } comparison
            ? comparison.Verdict switch
            {
                Verdict.Unchanged => $"unchanged against {report.Baseline!.Run.Id}",
                Verdict.WithinNoise => $"within noise of {report.Baseline!.Run.Id} ({DifferenceText.Evidence(comparison)})",
                _ => $"{DifferenceText.Size(comparison)} against {report.Baseline!.Run.Id} ({DifferenceText.Evidence(comparison)})",
            }
            : "";

    private static string Checks(Report report)
    {
        var made = report.Checks.Count(check => check.Status != CheckStatus.Skipped);
        var passed = report.Checks.Count(check => check.Status == CheckStatus.Passed);
        return made == 0 || !report.Run.Run.HasEnded ? "" : $"{passed} of {made} checks passed";
    }

    private static string Trials(Report report)
    {
        var run = report.Run.Run;
        var tally = report.Tally;
        var trials = run.HasEnded
            ? tally.Total == 1 ? "1 trial" : $"{tally.Total:N0} trials"
            : $"{tally.Ended:N0} of {tally.Total:N0} trials ended";
        var bad = (tally.Pruned == 0 ? "" : $", {tally.Pruned:N0} pruned") + (tally.Bad == 0 ? "" : $", {tally.Bad:N0} failed");
        return run.EndedAt - run.StartedAt is { } took ? $"{trials} in {ValueText.Duration(took)}{bad}" : trials + bad;
    }
}
