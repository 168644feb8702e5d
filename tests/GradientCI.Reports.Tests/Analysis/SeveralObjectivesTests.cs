using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Reports.Charts;
using GradientCI.Testing.Snapshots;

namespace GradientCI.Reports.Analysis;

public sealed class SeveralObjectivesTests
{
    [Fact]
    public void The_headline_tells_the_best_set_how_many_stand_beside_it_and_how_the_front_moved()
    {
        var report = Report.From(SampleReports.SeveralObjectives());

        report.Headline.Phrases[0].ShouldBe($"val_acc {report.Best!.Results[0].Mean}, latency_ms {report.Best.Results[1].Mean}");
        report.Headline.Phrases[1].ShouldBe($"best of {report.Ranking.Front.Length} on the front");
        report.Headline.Phrases[2].ShouldStartWith("hypervolume ");
        report.Headline.Phrases[2].ShouldEndWith(" against digits#11");
        report.Comparison!.Front!.Verdict.ShouldBe(Comparisons.Verdict.Better);
    }

    [Fact]
    public void Programs_get_the_front_its_values_and_the_hypervolume()
    {
        var report = Report.From(SampleReports.SeveralObjectives());

        using var json = JsonDocument.Parse(ReportFormats.Json.Write(report));
        var rows = ReportFormats.Csv.Write(report).Split('\n');

        var front = json.RootElement.GetProperty("front").EnumerateArray().Select(number => number.GetInt32()).ToArray();
        front.ShouldBe(report.Ranking.Front.Select(set => set.Number));
        front[0].ShouldBe(json.RootElement.GetProperty("best_set").GetInt32());
        var best = json.RootElement.GetProperty("sets")[0];
        best.GetProperty("front").GetInt32().ShouldBe(1);
        best.GetProperty("objectives")[1].GetProperty("metric").GetString().ShouldBe("latency_ms");
        best.GetProperty("objectives")[1].GetProperty("mean").GetDouble().ShouldBe(report.Best!.Results[1].Mean!.Value);
        json.RootElement.GetProperty("comparison").GetProperty("hypervolume").GetProperty("value").GetDouble().ShouldBe(report.Comparison!.Front!.Value);
        var column = Array.IndexOf(rows[0].Split(','), "front");
        rows[front[0]].Split(',')[column].ShouldBe("1");
    }

    [Theory]
    [InlineData(2, new[] { "val_acc against latency_ms" })]
    [InlineData(3, new[] { "val_acc against latency_ms", "val_acc against size_mb", "latency_ms against size_mb" })]
    public void Every_pair_of_objectives_is_drawn(int objectives, string[] titles)
    {
        var figures = Figures.Of(Report.From(SampleReports.SeveralObjectives(objectives)))[0].Items;

        figures.Take(titles.Length).Select(figure => figure.Title).ShouldBe(titles);
        figures[0].Note.ShouldBe("2 sets lack a finite value of an objective.");
        figures[0].Legend.Select(entry => entry.Text).ShouldContain("breaks a constraint");
        figures[titles.Length].Title.ShouldBe("Hypervolume by trial");
        figures[titles.Length + 1].Title.ShouldBe("val_acc by trial");
    }

    [Fact]
    public void The_hypervolume_ends_at_what_the_comparison_says()
    {
        var report = Report.From(SampleReports.SeveralObjectives());

        var growth = Comparisons.FrontGrowth.Of(report.Ranking, report.BaselineFront)!;

        growth.Steps[^1].Hypervolume.ShouldBe(report.Comparison!.Front!.Value, 1e-12);
        growth.Baseline!.Value.ShouldBe(report.Comparison.Front.Baseline, 1e-12);
        growth.Steps.Select(step => step.Hypervolume).ShouldBeInOrder();
    }

    [Fact]
    public void A_list_tells_the_best_of_each_objective_and_how_large_the_front_is()
    {
        var run = SampleReports.SeveralObjectives().Run.Run;

        BestText.Of(run with { Best = 0.93, Front = new FrontSummary(4, [0.93, 8]) }).ShouldBe("val_acc 0.93 · latency_ms 8 · front of 4");
        BestText.Of(run with { Best = 0.93 }).ShouldBe("val_acc 0.93");
        BestText.Of(run).ShouldBeEmpty();
    }

    [Fact]
    public void An_objective_that_no_trial_printed_is_named() => Report
        .From(new ReportInput(new SnapshotBuilder().Objective("acc").Objective("ms").Trial("lr=1", ("acc", [0.5])).Build(), null, []))
        .Advice.ShouldBe(["No trial printed ms, an objective."]);

    [Fact]
    public void A_run_of_which_nothing_is_usable_has_no_front_and_no_chart_of_it()
    {
        var report = Report.From(new ReportInput(
            new SnapshotBuilder().Objective("acc").Objective("ms").Trial("lr=1", ("acc", [0.5])).Trial("lr=2", TrialState.Failed, "gone").Build(), null, []));

        ParetoChart.Draw(report).ShouldBeEmpty();
        report.Headline.Phrases[0].ShouldBe("no value of acc and ms");
        ReportFormats.All.ShouldAllBe(format => format.Write(report).Length > 0);
    }
}
