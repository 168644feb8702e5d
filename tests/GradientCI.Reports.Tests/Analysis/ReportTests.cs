using System.Text;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;
using GradientCI.Testing.Snapshots;

namespace GradientCI.Reports.Analysis;

public sealed class ReportTests
{
    [Fact]
    public void The_same_input_gives_the_same_bytes()
    {
        var once = ReportFormats.All.Select(format => format.Write(Report.From(SampleReports.Passing()))).ToArray();
        var again = ReportFormats.All.Select(format => format.Write(Report.From(SampleReports.Passing()))).ToArray();

        again.ShouldBe(once);
    }

    [Fact]
    public void Trials_without_metrics_are_told_how_to_print_them() =>
        Everywhere(SampleReports.Silent(), "No trial printed a metric: print JSON lines, see docs/metrics.md.");

    [Fact]
    public void A_sweep_without_objective_is_told_what_is_missing() => Everywhere(
        new ReportInput(new SnapshotBuilder().Trial("lr=1", ("acc", [1])).Trial("lr=2", ("acc", [1])).Build(), null, []), "Nothing says which trial is the best");

    [Fact]
    public void A_run_of_failures_points_to_the_first_log() => Everywhere(
        new ReportInput(new SnapshotBuilder().Objective("acc").Trial("lr=1", TrialState.Failed, "exit code 1").Trial("lr=2", TrialState.Lost, "gone").Build(), null, []),
        "gradientci logs digits#12.1");

    [Fact]
    public void Values_that_are_not_finite_are_pointed_out() => Everywhere(
        new ReportInput(new SnapshotBuilder().Objective("acc").Trial("lr=1", ("acc", [double.NaN])).Build(), null, []), "not finite");

    [Fact]
    public void What_earlier_runs_saved_is_said_everywhere()
    {
        var report = Report.From(SampleReports.Reusing());

        ReportFormats.Markdown.Write(report).ShouldContain("3 of 6 trials were taken over from earlier runs; 3h 12m of trial time and 6.4 GPU hours were saved.");
        ReportFormats.Html.Write(report).ShouldContain("3 of 6 trials were taken over from earlier runs; 3h 12m of trial time and 6.4 GPU hours were saved.");
        ReportFormats.Csv.Write(report).ShouldContain(",digits#11.2,");
        ReportFormats.Html.Write(report).ShouldContain("succeeded, 1 cached");
        ReportFormats.Json.Write(report).ShouldContain("\"cached_from\": \"digits#11.1\",\n      \"saved_seconds\": 3840,");
        ReportFormats.Json.Write(report).ShouldContain("\"cached\": 3,\n    \"saved_seconds\": 11520,\n    \"saved_gpu_hours\": 6.4");
    }

    [Theory]
    [InlineData(1, 0, "1 of 2 trials was taken over from an earlier run.")]
    [InlineData(1, 90, "1 of 2 trials was taken over from an earlier run; 1m 30s of trial time was saved.")]
    [InlineData(2, 45, "2 of 2 trials were taken over from earlier runs; 1m 30s of trial time was saved.")]
    public void Savings_read_as_a_sentence(int cached, int seconds, string sentence)
    {
        var run = new SnapshotBuilder().Trial("lr=1").Cached((11, 1), TimeSpan.FromSeconds(seconds)).Trial("lr=2");
        run = cached == 2 ? run.Cached((11, 2), TimeSpan.FromSeconds(seconds)) : run;

        Savings.Of(run.Build())!.ToString().ShouldBe(sentence);
        Savings.Of(new SnapshotBuilder().Trial("lr=1").Build()).ShouldBeNull();
    }

    [Theory]
    [InlineData(RunState.Queued, "queued")]
    [InlineData(RunState.Running, "running")]
    [InlineData(RunState.Cancelled, "cancelled")]
    [InlineData(RunState.Errored, "errored")]
    public void Every_state_has_its_verdict(RunState state, string word)
    {
        var run = new SnapshotBuilder().Objective("acc").With(run => run with { State = state, Problem = "The disk is full." });

        foreach (var input in new[] { new ReportInput(run.Build(), null, []), new ReportInput(run.Trial("lr=1", TrialState.Running).Build(), null, []) })
        {
            var report = Report.From(input);
            ReportFormats.Markdown.Write(report).ShouldContain($"`digits#12` {word}");
            ReportFormats.Html.Write(report).ShouldContain($"</svg>{word}</span>");
            ReportFormats.Html.Write(report).Contains("The disk is full.", StringComparison.Ordinal).ShouldBe(state is RunState.Cancelled or RunState.Errored);
        }
    }

    [Fact]
    public void Ten_thousand_trials_show_the_first_and_say_how_many_more()
    {
        var run = new SnapshotBuilder().Objective("acc").Build();
        var proto = new SnapshotBuilder().Trial("lr=1", ("acc", [0.5])).Build().Trials[0];
        run = run with
        {
            Trials =
            [
                .. Enumerable.Range(1, 10_000).Select(number => proto with
                {
                    Trial = proto.Trial with
                    {
                        Id = new TrialId(run.Run.Id, number), ParameterSetNumber = number,
                        Parameters = new ParameterSet([KeyValuePair.Create("lr", ParameterValue.Of(number / 7.0))]),
                    },
                    Series = proto.Series.SetItem("acc", SnapshotBuilder.Series(number / 20_000.0)),
                }),
            ],
        };

        var report = Report.From(new ReportInput(run, null, []));

        ReportFormats.Markdown.Write(report).ShouldContain("The first 20 of 10,000 parameter sets");
        var html = ReportFormats.Html.Write(report);
        html.ShouldContain("and 9,500 more parameter sets, in trials.csv");
        Encoding.UTF8.GetByteCount(html).ShouldBeLessThan(3_000_000);
        ReportFormats.Csv.Write(report).Count(letter => letter == '\n').ShouldBe(10_001);
    }

    [Fact]
    public void Two_hundred_series_are_drawn_in_part()
    {
        var report = Report.From(SampleReports.Large(30, 50, metrics: 200));

        var html = ReportFormats.Html.Write(report);

        html.ShouldContain("more metrics (");
        html.Split("<figure>").Length.ShouldBeLessThan(45);
        Encoding.UTF8.GetByteCount(html).ShouldBeLessThan(3_000_000);
    }

    [Fact]
    public void Curves_are_grouped_by_what_they_measure()
    {
        var run = new SnapshotBuilder().Objective("val/acc").Trial("lr=1",
            ("train_loss", [1, 2]), ("val_loss", [1, 2]), ("val/acc", [1, 2]), ("test/acc", [1, 2]), ("lr", [1, 2]), ("final", [1]), ("system/cpu_percent", [1, 2]));

        var groups = ChartGroup.Of(Report.From(new ReportInput(run.Build(), null, [])));

        groups.Select(group => $"{group.Title}: {string.Join(' ', group.Metrics)}").ShouldBe(
            ["acc: val/acc test/acc", "loss: train_loss val_loss", "lr: lr", "system/cpu_percent: system/cpu_percent"]);
    }

    [Fact]
    public void An_unknown_format_is_refused_with_the_known_ones() =>
        Should.Throw<GradientException>(() => ReportFormats.Find("pdf")).Remedy!.ShouldContain("markdown, html, json, csv");

    private static void Everywhere(ReportInput input, string sentence)
    {
        var report = Report.From(input);

        report.Advice.ShouldContain(advice => advice.Contains(sentence, StringComparison.Ordinal));
        ReportFormats.Html.Write(report).ShouldContain(sentence);
        foreach (var format in ReportFormats.All)
        {
            format.Write(report).ShouldEndWith("\n");
        }
    }
}
