using GradientCI.Comparisons;

namespace GradientCI.Reports.Analysis;

public sealed class DifferenceTextTests
{
    [Theory]
    [InlineData("val_acc", 0.934, 0.926, "+0.8 points")]
    [InlineData("test/F1-score", 0.5, 0.6, "−10.0 points")]
    [InlineData("accuracy", 0.9342, 0.9338, "+0.04 points")]
    [InlineData("acc_ms", 14, 12, "+2 (+17 %)")]
    [InlineData("val_loss", 0.36, 0.41, "−0.05 (−12 %)")]
    [InlineData("accumulated", 0.5, 0.4, "+0.1 (+25 %)")]
    [InlineData("loss", 0.5, 0, "+0.5")]
    [InlineData("loss", 50, 0.1, "+49.9")]
    [InlineData("loss", 0.5, 0.5, "unchanged")]
    [InlineData("loss", double.NaN, 0.5, "not comparable")]
    [InlineData("acc", 1.2, 0.9, "+0.3 (+33 %)")]
    public void A_difference_has_points_or_percent(string metric, double value, double baseline, string expected) =>
        DifferenceText.Size(new MetricComparison { Metric = metric, Value = value, Baseline = baseline }).ShouldBe(expected);

    [Theory]
    [InlineData(0.031, 3, 3, Verdict.Better, "+0.8 points, p = 0.03, n = 3")]
    [InlineData(0.41, 3, 3, Verdict.WithinNoise, "within noise (p = 0.41, n = 3)")]
    [InlineData(0.0482, 3, 5, Verdict.Better, "+0.8 points, p = 0.048, n = 3 and 5")]
    [InlineData(0.0004, 3, 3, Verdict.Better, "+0.8 points, p < 0.001, n = 3")]
    [InlineData(null, 1, 1, Verdict.Better, "+0.8 points, n = 1")]
    public void A_phrase_has_the_evidence(double? p, int count, int baselineCount, Verdict verdict, string expected) => DifferenceText.Phrase(new MetricComparison
    {
        Metric = "val_acc", Value = 0.934, Baseline = 0.926, PValue = p, Count = count, BaselineCount = baselineCount, Verdict = verdict,
    }).ShouldBe(expected);

    [Fact]
    public void A_missing_side_is_said()
    {
        DifferenceText.Phrase(new MetricComparison { Metric = "a", Value = 1 }).ShouldBe("new, not in the baseline");
        DifferenceText.Phrase(new MetricComparison { Metric = "a", Baseline = 1 }).ShouldBe("missing in this run");
        DifferenceText.Phrase(new MetricComparison { Metric = "a" }).ShouldBe("missing in both");
    }
}
