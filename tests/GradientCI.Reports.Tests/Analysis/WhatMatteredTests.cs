using System.Text.Json;
using GradientCI.SearchSpaces;
using GradientCI.Testing.Snapshots;

namespace GradientCI.Reports.Analysis;

public sealed class WhatMatteredTests
{
    [Fact]
    public void The_parameter_that_moved_the_objective_is_named_in_all_formats()
    {
        var report = Report.From(SampleReports.Large(60, 3));

        var page = ReportFormats.Html.Write(report);
        var comment = ReportFormats.Markdown.Write(report);
        using var json = JsonDocument.Parse(ReportFormats.Json.Write(report));

        page.ShouldContain("<h2>What mattered</h2>");
        page.ShouldContain("random search, expected by the model");
        comment.ShouldContain("What mattered: `lr` ");
        json.RootElement.GetProperty("importance").GetProperty("params")[0].GetProperty("name").GetString().ShouldBe("lr");
        json.RootElement.GetProperty("importance").GetProperty("sets").GetInt32().ShouldBe(report.Ranking.Sets.Count(set => set.Mean is not null));
    }

    [Fact]
    public void Noise_is_called_a_hint_at_most_and_gets_no_line_of_random_search()
    {
        var random = new Random(5);
        var run = new SnapshotBuilder().Objective("acc").Search("lr", new FloatDomain(0, 1));
        for (var trial = 0; trial < 40; trial++)
        {
            run.Trial($"lr={(trial + 0.5) / 40}", ("acc", [random.NextDouble()]));
        }

        var page = ReportFormats.Html.Write(Report.From(new ReportInput(run.Build(), null, [])));

        page.ShouldContain("so take this as a hint at most");
        page.ShouldNotContain("random search, expected");
    }

    [Fact]
    public void A_handful_of_trials_teaches_nothing() => Report.From(SampleReports.Large(8, 3)).Importance.ShouldBeNull();

    [Fact]
    public void The_best_set_says_how_sure_it_is_to_be_better_than_the_next()
    {
        var sure = Report.From(Repeated(0.9, 0.5));
        var unsure = Report.From(Repeated(0.9, 0.899));

        ReportFormats.Html.Write(sure).ShouldContain("Better than the next best, set 2, with more than 99 % confidence.");
        ReportFormats.Markdown.Write(unsure).ShouldContain("Not to be told from the next best, set 2: only ");
        ReportFormats.Json.Write(Report.From(SampleReports.Large(8, 3))).ShouldContain("\"best_confidence\": null");
    }

    private static ReportInput Repeated(double best, double next)
    {
        var run = new SnapshotBuilder().Objective("acc").Search("lr", new ChoiceDomain([ParameterValue.Of(0.1), ParameterValue.Of(0.2)])).Spec(spec => spec with { Sweep = spec.Sweep with { Repeats = 3 } });
        foreach (var (rate, middle) in new[] { (0.1, best), (0.2, next) })
        {
            foreach (var off in new[] { -0.01, 0, 0.01 })
            {
                run.Trial($"lr={rate}", ("acc", [middle + off]));
            }
        }

        return new ReportInput(run.Build(), null, []);
    }
}
