using GradientCI.Specs;

namespace GradientCI.Checks;

/// <summary>What became of a check.</summary>
public enum CheckStatus
{
    /// <summary>The value lies where it should.</summary>
    Passed,

    /// <summary>It does not, or it is missing and must not be.</summary>
    Failed,

    /// <summary>Not made: no baseline to hold it against, or for pull requests only.</summary>
    Skipped,
}

/// <summary>The result of one check, with the numbers it was made from.</summary>
/// <param name="Spec">The check.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Value">The value that was looked at, or null when missing.</param>
/// <param name="Baseline">The baseline's value, or null.</param>
/// <param name="Text">For people, at most 140 characters: <c>0.934 ≥ 0.92</c>; why it was skipped or is missing.</param>
public sealed record CheckResult(CheckSpec Spec, CheckStatus Status, double? Value, double? Baseline, string Text);
