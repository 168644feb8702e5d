using System.Collections.Immutable;
using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Testing.Snapshots;

namespace GradientCI.Reports.Analysis;

public sealed class WarmStartTextTests
{
    [Theory]
    [InlineData("1 parameter set of digits#11 (best loss 0.1235)", 1, 11)]
    [InlineData("43 parameter sets of digits#11 and digits#9 (best loss 0.1235)", 43, 11, 9)]
    [InlineData("1,000 parameter sets of digits#11, digits#9, digits#8 and 2 more (best loss 0.1235)", 1_000, 11, 9, 8, 5, 1)]
    [InlineData("no earlier run has a parameter set that fits", 0)]
    public void It_names_the_newest_runs_and_the_best_value(string text, int sets, params int[] runs) =>
        WarmStartText.Of(Run(new WarmStart(sets, [.. runs], sets == 0 ? null : 0.12345))).ShouldBe(text);

    [Fact]
    public void Without_a_feasible_set_there_is_no_best() =>
        WarmStartText.Of(Run(new WarmStart(2, [3], null))).ShouldBe("2 parameter sets of digits#3");

    [Fact]
    public void A_run_that_is_to_know_of_none_says_nothing() => WarmStartText.Of(Run(null)).ShouldBeEmpty();

    [Fact]
    public void All_formats_tell_it()
    {
        var run = new SnapshotBuilder().Objective("loss").With(run => run with { WarmStart = new WarmStart(43, [11, 9], 0.5) }).Trial("lr=0.1", ("loss", [0.4]));
        var report = Report.From(new ReportInput(run.Build(), null, []));

        ReportFormats.Html.Write(report).ShouldContain("43 parameter sets of digits#11 and digits#9 (best loss 0.5)");
        ReportFormats.Markdown.Write(report).ShouldContain("| Warm start | 43 parameter sets of ");
        using var json = JsonDocument.Parse(ReportFormats.Json.Write(report));
        json.RootElement.GetProperty("run").GetProperty("warm_start").GetRawText().ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal)
            .ShouldBe("""{"sets":43,"runs":["digits#11","digits#9"],"best":0.5}""");
    }

    private static Run Run(WarmStart? warm) => new SnapshotBuilder().Objective("loss").With(run => run with { WarmStart = warm }).Run;
}
