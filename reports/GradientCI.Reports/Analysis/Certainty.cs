using GradientCI.Comparisons;

namespace GradientCI.Reports.Analysis;

/// <summary>How sure it is that the best parameter set is better than the next one.</summary>
/// <param name="RunnerUp">The next best set.</param>
/// <param name="Confidence">The probability that the best one's mean is the better, from 0.5 to 1, by Welch's t-test.</param>
internal sealed record Certainty(ParameterSetResult RunnerUp, double Confidence)
{
    private const double Sure = 0.95;

    /// <summary>Of a ranking; null without two sets of two results each, or where Welch's test has no answer.</summary>
    public static Certainty? Of(Ranking ranking) =>
        ranking is { Best: { } best } && ranking.Sets.Skip(1).FirstOrDefault() is { Broken.IsEmpty: true, Mean: not null } next
        && WelchTest.Compare(best.Values, next.Values) is { } test
            ? new Certainty(next, 1 - (test.PValue / 2))
            : null;

    /// <summary>As a sentence.</summary>
    public override string ToString() => Confidence >= Sure
        ? $"Better than the next best, set {RunnerUp.Number}, with {Percent} confidence."
        : $"Not to be told from the next best, set {RunnerUp.Number}: only {Percent} confidence that it is better.";

    private string Percent => Confidence > 0.995 ? "more than 99 %" : $"{ValueText.Of(Math.Floor(Confidence * 100))} %";
}
