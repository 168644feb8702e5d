using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.Reports.Charts;
using GradientCI.Testing.Snapshots;

namespace GradientCI.Reports.Formats;

public sealed class GoldenTests
{
    [Theory]
    [InlineData("passing")]
    [InlineData("failing")]
    [InlineData("single")]
    [InlineData("silent")]
    [InlineData("running")]
    [InlineData("reusing")]
    [InlineData("several")]
    public void Markdown_reads_as_approved(string sample)
    {
        var report = Report.From(Sample(sample));

        ReportFormats.Markdown.Write(report).ShouldBeApproved($"{sample}.md.golden");
    }

    [Fact]
    public void The_table_of_trials_reads_as_approved() =>
        ReportFormats.Csv.Write(Report.From(SampleReports.Failing())).ShouldBeApproved("failing.csv.golden");

    [Fact]
    public void Charts_look_as_approved()
    {
        var report = Report.From(SampleReports.Passing());

        var figures = Figures.Of(report).SelectMany(group => group.Items).ToArray();

        figures.Length.ShouldBe(7);
        foreach (var (figure, index) in figures.Select((figure, index) => (figure, index)))
        {
            var legend = string.Concat(figure.Legend.Select(entry => $"<!-- {entry.Mark} {entry.Style}: {entry.Text} -->\n"));
            $"<!-- {figure.Title} -->\n{legend}<!-- {figure.Note} -->\n{figure.Svg.Replace("/><", "/>\n<", StringComparison.Ordinal)}\n".ShouldBeApproved($"chart-{index}.svg.golden");
        }
    }

    [Fact]
    public void A_front_looks_as_approved() =>
        Figures.Of(Report.From(SampleReports.SeveralObjectives()))[0].Items[0].Svg.Replace("/><", "/>\n<", StringComparison.Ordinal).ShouldBeApproved("front.svg.golden");

    [Fact]
    public void The_example_in_the_documentation_is_what_is_written()
    {
        var path = Path.Combine(Golden.Root, "docs", "report-json.md");
        var json = ReportFormats.Json.Write(Report.From(Documented()));
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            var page = File.ReadAllText(path);
            var start = page.IndexOf("```json\n", StringComparison.Ordinal) + "```json\n".Length;
            File.WriteAllText(path, page[..start] + json + page[page.IndexOf("```", start, StringComparison.Ordinal)..]);
        }

        File.ReadAllText(path).ShouldContain($"```json\n{json}```");
    }

    private static ReportInput Sample(string name) => name switch
    {
        "passing" => SampleReports.Passing(),
        "failing" => SampleReports.Failing(),
        "single" => SampleReports.Single(),
        "silent" => SampleReports.Silent(),
        "reusing" => SampleReports.Reusing(),
        "several" => SampleReports.SeveralObjectives(),
        _ => SampleReports.Running(),
    };

    private static ReportInput Documented()
    {
        var baseline = new SnapshotBuilder("digits", 11).Objective("val_acc").AtLeast("val_acc", 0.9).Trial("lr=0.01", ("val_acc", [0.7, 0.91]));
        var run = new SnapshotBuilder("digits", 12).Objective("val_acc").AtLeast("val_acc", 0.9)
            .Trial("lr=0.05", ("val_acc", [0.8, 0.93]))
            .Trial("lr=1.0", Experiments.TrialState.Failed, "The command exited with code 1.", ("val_acc", [0.1, double.NaN]));
        run.Run = run.Run with
        {
            Baseline = baseline.Run.Id,
            BaselineNote = "digits#11 ran at the parent commit.",
            Changes = [new Experiments.FileChange("train.py", "modified", null, 12, 4)],
        };
        ImmutableArray<HistoryPoint> history =
        [
            new("digits#11", SnapshotBuilder.Sha(11).Value, "Lower the learning rate", 0.91, false),
            new("digits#12", SnapshotBuilder.Sha(12).Value, "Raise the learning rate", 0.93, true),
        ];
        return new ReportInput(run.Build(), baseline.Build(), history);
    }
}
