using System.Xml.Linq;
using GradientCI.Experiments;
using GradientCI.Reports.Analysis;
using GradientCI.Testing.Snapshots;

namespace GradientCI.Reports.Charts;

public sealed class ReportChartsTests
{
    private static readonly HashSet<string> Elements = new(StringComparer.Ordinal) { "svg", "style", "title", "desc", "path", "text", "circle" };

    public static TheoryData<int> Indexes => Payloads.Indexes;

    [Theory]
    [MemberData(nameof(Indexes))]
    public void A_picture_of_any_text_is_XML_that_can_do_nothing(int index)
    {
        foreach (var chart in ReportCharts.Of(Report.From(Payloads.Everywhere(Payloads.All[index], ""))))
        {
            var picture = XDocument.Parse(chart.Svg);

            picture.Descendants().Select(element => element.Name.LocalName).ShouldAllBe(name => Elements.Contains(name));
            picture.Descendants().SelectMany(element => element.Attributes()).Select(attribute => attribute.Name.LocalName)
                .ShouldAllBe(name => !name.StartsWith("on", StringComparison.Ordinal) && name != "href");
        }
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Pictures_of_what_mattered_take_any_name_of_a_parameter(int index)
    {
        var charts = ReportCharts.Of(Report.From(new ReportInput(Payloads.Sweep(Payloads.All[index]), null, [])));

        charts.Count(chart => chart.Svg.Contains("class=\"whisker\"", StringComparison.Ordinal) || chart.Svg.Contains("class=\"area h0\"", StringComparison.Ordinal) || chart.Svg.Contains("class=\"curve s1 best\"", StringComparison.Ordinal)).ShouldBe(3);
        foreach (var picture in charts.Select(chart => XDocument.Parse(chart.Svg)))
        {
            picture.Descendants().Select(element => element.Name.LocalName).ShouldAllBe(name => Elements.Contains(name));
            picture.Descendants().SelectMany(element => element.Attributes()).Select(attribute => attribute.Name.LocalName)
                .ShouldAllBe(name => !name.StartsWith("on", StringComparison.Ordinal) && name != "href");
        }
    }

    [Fact]
    public void A_picture_brings_the_rules_of_charts_and_none_of_the_page()
    {
        var charts = ReportCharts.Of(Report.From(SampleReports.Passing()));

        charts.Select(chart => chart.Name).ShouldBe(["1", "2", "3", "4", "5", "6", "7"]);
        charts[0].Svg.ShouldContain(".curve.best {");
        charts[0].Svg.ShouldContain("prefers-color-scheme: dark");
        charts[0].Svg.ShouldNotContain("figcaption");
    }

    [Fact]
    public void A_pruned_trial_was_drawn_as_one_that_failed()
    {
        var run = new SnapshotBuilder().Objective("acc").Trial("lr=1", ("acc", [0.5])).Trial("lr=2", TrialState.Pruned, "Pruned at step 1.").Trial("lr=3", TrialState.Failed, "gone");

        var chart = Figures.Of(Report.From(new ReportInput(run.Build(), null, [])))[0].Items.Single(figure => figure.Title == "acc by trial");

        chart.Legend.Select(entry => entry.Text).ShouldBe(["best so far", "best, digits#12.1", "pruned", "failed or without a value"]);
        chart.Svg.Split("class=\"cross quiet\"").Length.ShouldBe(2);
        chart.Svg.Split("class=\"cross\"").Length.ShouldBe(2);
    }
}
