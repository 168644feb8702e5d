using System.Text;
using AngleSharp.Html.Parser;
using GradientCI.Experiments;
using GradientCI.SearchSpaces;
using GradientCI.Specs;
using GradientCI.Testing.Snapshots;
using Markdig;

namespace GradientCI.Reports.Formats;

public sealed class MarkdownCutTests
{
    private static readonly string[] Alphabet = ["|", "<", "`", "a", " ", "漢", "👾", "@", "\n", "é", "_"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_report_of_any_size_fits_and_its_tables_are_whole(int seed)
    {
        var random = new Random(seed);
        var text = ReportFormats.Markdown.Write(Report.From(Huge(random)));

        new UTF8Encoding(false, true).GetByteCount(text).ShouldBeLessThanOrEqualTo(60_000);
        text.ShouldStartWith("<!-- gradientci:huge -->\n## ");
        text.ShouldContain("gradientci report huge#1");
        var page = new HtmlParser().ParseDocument(Markdig.Markdown.ToHtml(text, new MarkdownPipelineBuilder().UseAdvancedExtensions().Build()));
        page.QuerySelectorAll("table").ShouldAllBe(table => table.QuerySelectorAll("tr").Select(row => row.Children.Length).Distinct().Count() == 1);
        page.QuerySelectorAll("details").Length.ShouldBe(text.Split("</details>").Length - 1);
    }

    [Fact]
    public void What_is_cut_is_named()
    {
        var run = new SnapshotBuilder("huge", 1).AtLeast("acc", 0.5).Trial("lr=1", ("acc", [0.9]));
        run.Run = run.Run with { Notices = [.. Enumerable.Repeat(new string('漢', 300), 100)] };

        var text = ReportFormats.Markdown.Write(Report.From(new ReportInput(run.Build(), null, []) { Notes = new string('漢', 200_000) }));

        text.ShouldContain("… and 80 more notices");
        text.ShouldContain("`acc`");
    }

    private static ReportInput Huge(Random random)
    {
        var run = new SnapshotBuilder("huge", 1).Objective("m");
        var names = Enumerable.Range(0, random.Next(1, 40)).Select(index => Text(random, 80) + index).ToArray();
        foreach (var name in names)
        {
            run.Search(name, new FloatDomain(0, 1)).AtLeast(name, 2);
        }

        for (var trial = 0; trial < random.Next(1, 60); trial++)
        {
            var parameters = new ParameterSet(names.Select(name => KeyValuePair.Create(name, ParameterValue.Of(Text(random, 400) + trial))));
            run.Trial(parameters, random.Next(2) == 0 ? TrialState.Succeeded : TrialState.Failed, Text(random, 2_000),
                [("m", SnapshotBuilder.Series(random.NextDouble(), random.NextDouble())), .. names.Select(name => (name, SnapshotBuilder.Series(random.NextDouble())))]);
        }

        run.Run = run.Run with
        {
            BaselineNote = Text(random, 5_000),
            Commit = run.Run.Commit with { Message = Text(random, 100_000), AuthorName = Text(random, 5_000), Ref = "refs/heads/" + Text(random, 5_000) },
            Notices = [.. Enumerable.Range(0, random.Next(200)).Select(_ => Text(random, 1_000))],
            Changes = [.. Enumerable.Range(0, random.Next(2_000)).Select(index => new FileChange(Text(random, 300), "modified", null, index, 1))],
        };
        return new ReportInput(run.Build(), null, SampleReports.History()) { Notes = Text(random, 100_000) };
    }

    private static string Text(Random random, int longest) =>
        string.Concat(Enumerable.Range(0, random.Next(longest)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
}
