using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Specs;

namespace GradientCI.Checks;

/// <summary>Makes the checks of a run. What each form means is told in <c>docs/checks.md</c>.</summary>
public static class CheckEvaluation
{
    /// <summary>Makes all checks, in the order of the manifest.</summary>
    /// <param name="run">The run.</param>
    /// <param name="baseline">The run to hold it against, or null.</param>
    public static ImmutableArray<CheckResult> Evaluate(RunSnapshot run, RunSnapshot? baseline)
    {
        var ranking = Rankings.Rank(run);
        var baselineRanking = baseline is null ? null : Rankings.Rank(baseline);
        return [.. run.Run.Spec.Checks.Select(check => check.OnlyPullRequest && !run.IsPullRequest
            ? Result(check, CheckStatus.Skipped, "for pull requests only")
            : Evaluate(check, run.Run, ScopedValue.Of(check, run, ranking), BaselineOf(check)))];

        Side? BaselineOf(CheckSpec check) =>
            baseline is null ? null : new Side(baseline.Run.Id, ScopedValue.Of(check, baseline, baselineRanking!).Value);
    }

    private static CheckResult Evaluate(CheckSpec check, Run run, ScopedValue value, Side? baseline)
    {
        if (value.Value is not { } number)
        {
            return check.PassIfMissing
                ? Result(check, CheckStatus.Passed, $"{value.Note}, which is allowed")
                : Result(check, CheckStatus.Failed, value.Note);
        }

        var result = check.AgainstBase ? AgainstBaseline(check, run, baseline, number)
            : check.Target is { } target ? AgainstTarget(check, target, number)
            : Result(check, CheckStatus.Passed, ValueText.Of(number), number);
        return value.Note.Length == 0 || result.Status == CheckStatus.Skipped
            ? result
            : Result(check, result.Status, $"{result.Text}, {value.Note}", result.Value, result.Baseline);
    }

    private static CheckResult AgainstTarget(CheckSpec check, Interval target, double value)
    {
        var passed = double.IsFinite(value) && target.Contains(value);
        var text = TargetText.Of(target, value);
        return Result(check, passed ? CheckStatus.Passed : CheckStatus.Failed, passed ? text : $"{text} (needs {target})", value);
    }

    private static CheckResult AgainstBaseline(CheckSpec check, Run run, Side? baseline, double value)
    {
        if (baseline is null)
        {
            var note = run.BaselineNote.TrimEnd('.');
            return Result(check, CheckStatus.Skipped, note.Length == 0 ? "no baseline to compare with" : $"no baseline: {note}", value);
        }

        if (baseline.Value is not { } other || !double.IsFinite(other))
        {
            return Result(check, CheckStatus.Skipped, $"the baseline {baseline.Run} has no value", value);
        }

        var passed = Allowance.Allows(check, value, other);
        return Result(check, passed ? CheckStatus.Passed : CheckStatus.Failed, Allowance.Text(check, value, other), value, other);
    }

    private static CheckResult Result(CheckSpec check, CheckStatus status, string text, double? value = null, double? baseline = null) =>
        new(check, status, value, baseline, ShortText.Of(text, ShortText.StatusLength));

    private sealed record Side(RunId Run, double? Value);
}
