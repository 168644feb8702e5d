using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using GradientCI.Experiments;
using GradientCI.Testing.Snapshots;
using Markdig;

namespace GradientCI.Reports.Comments;

public sealed partial class CommentFormatTests
{
    private const string Marker = "<!-- gradientci 7 digits-3fa2c1 -->";
    private static readonly MarkdownPipeline GitHub = new MarkdownPipelineBuilder().UseAdvancedExtensions().Build();

    private static readonly HashSet<string> Elements = new(StringComparer.Ordinal)
    {
        "html", "head", "body", "h2", "h3", "p", "strong", "code", "pre", "div", "table", "thead", "tbody", "tr", "th", "td", "ul", "ol", "li", "details", "summary", "br",
    };

    public static TheoryData<int> Indexes => Payloads.Indexes;

    [Fact]
    public void A_comment_reads_as_approved()
    {
        var links = new ReportLinks("https://ci.example.org/runs/digits-3fa2c1/digits/12?sig=abc", [new ChartLink("Best [val_acc] so far", "https://ci.example.org/1.svg?sig=def")]);
        var running = Told(SampleReports.Running());

        Comment(
            [Told(SampleReports.Passing()) with { Links = links }, Told(SampleReports.Failing()), running with { Report = null }],
            [new CommentRemark(true, "The fork waits for approval.", "")],
            [Earlier(11, 0.92, passed: true), Earlier(10, 0.8, passed: false)]).ShouldBeApproved("comment.md.golden");
    }

    [Fact]
    public void The_example_in_the_documentation_is_what_is_written()
    {
        var path = Path.Combine(Golden.Root, "docs", "answers.md");
        var text = Comment(
            [Told(new ReportInput(Documented(12, 0.934), Documented(11, 0.926), [])), new CommentedRun(new SnapshotBuilder("words", 3).With(run => run with { State = RunState.Running }).Run, null, null)],
            [], [Earlier(10, 0.91, passed: true)]);
        var page = File.ReadAllText(path);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            var start = page.IndexOf("```markdown\n", StringComparison.Ordinal) + "```markdown\n".Length;
            File.WriteAllText(path, page = page[..start] + text + page[page.IndexOf("```", start, StringComparison.Ordinal)..]);
        }

        page.ShouldContain($"```markdown\n{text}```");
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void A_text_never_becomes_more_than_text(int index)
    {
        var payload = Payloads.All[index];
        var carrier = Told(Payloads.Everywhere(payload, payload));
        var earlier = Earlier(11, 0.9, passed: true);
        var objective = carrier.Run.Spec;
        earlier = earlier with { Runs = [.. earlier.Runs.Select(run => run with { Spec = objective })] };

        var text = Comment(
            [carrier, Told(SampleReports.Single())], [new CommentRemark(false, "x" + payload, payload + "\nx")], [earlier],
            [
                new CommentedCommand(payload, payload, true, $"{payload}\n{payload}\t{payload}", [new CommandedResult(carrier, null), new CommandedResult(carrier, carrier.Run.Id)]),
                new CommentedCommand(payload, "ada", false, payload, [new CommandedResult(carrier with { Report = null }, carrier.Run.Id)]),
            ]);

        ShouldFit(text);
        var page = new HtmlParser().ParseDocument(Markdig.Markdown.ToHtml(text, GitHub));
        page.Descendants<IComment>().Count().ShouldBe(3);
        page.All.Select(element => element.LocalName).ShouldAllBe(name => Elements.Contains(name));
        foreach (var table in page.QuerySelectorAll("table"))
        {
            table.QuerySelectorAll("tr").Select(row => row.Children.Length).Distinct().Count().ShouldBe(1);
        }

        page.Descendants<IText>().Where(node => !node.Ancestors<IElement>().Any(element => element.LocalName is "code" or "pre" || element.ClassName == "mermaid"))
            .ShouldAllBe(node => !Linked().IsMatch(node.Data));
    }

    [Fact]
    public void What_was_asked_for_is_told_with_what_became_of_it_and_no_line_is_a_command()
    {
        var run = Told(new ReportInput(Documented(12, 0.934), Documented(11, 0.926), []));
        var going = new CommentedRun(new SnapshotBuilder("words", 3).With(each => each with { State = RunState.Running }).Run, null, null);

        var text = Comment(
            [], [], [],
            [
                new CommentedCommand("/gradient run digits lr=0.1", "ada", true, "digits#12, words#3 are recorded.", [new CommandedResult(run, null), new CommandedResult(going, null)]),
                new CommentedCommand("/gradient compare main", "ada", true, "Compared with main at abc1234571.", [new CommandedResult(run, run.Report!.Baseline!.Run.Id), new CommandedResult(going, run.Run.Id)]),
                new CommentedCommand("/gradient rnu", "@bob", false, "There is no such command; did you mean /gradient run?", []),
                new CommentedCommand("/gradient help", "ada", true, "So:\n/gradient run [experiment]\truns the head", []),
            ]);

        text.ShouldBe("""
            <!-- gradientci 7 digits-3fa2c1 -->
            ### GradientCI at `HEAD`

            **Commands**

            - 🚀 `/gradient run digits lr=0.1` by `ada`: `digits#12, words#3` are recorded.
              - ✅ `digits#12` passed: val\_acc 0.934 · \+0.8 points against `digits#11` (n \= 1\) · 1 of 1 checks passed · 1 trial in 41s
              - ⏳ `words#3` running
            - 🚀 `/gradient compare main` by `ada`: Compared with main at `abc1234571.`
              - `digits#12` against `digits#11`
                - `val_acc` 0.934, was 0.926: \+0.8 points, n \= 1 ▲
              - `words#3` against `digits#12`: the comparison follows when `words#3` has ended
            - 😕 `/gradient rnu` by `@bob`: There is no such command; did you mean /gradient run?
            - 🚀 `/gradient help` by `ada`: So:
              - `/gradient run [experiment]` runs the head

            """.Replace("HEAD", SnapshotBuilder.Sha(12).Short, StringComparison.Ordinal));
        text.Split('\n').ShouldAllBe(line => !line.StartsWith('/'));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(12)]
    [InlineData(80)]
    public void However_much_there_is_to_tell_it_fits_and_every_fold_is_closed(int experiments)
    {
        var report = Report.From(SampleReports.Large(200, 10, 12));
        var told = Enumerable.Range(0, experiments).Select(at => new CommentedRun(report.Run.Run, report, null));
        var remarks = Enumerable.Range(0, 20).Select(at => new CommentRemark(false, new string('漢', 500), string.Concat(Enumerable.Repeat(new string('漢', 500) + "\n", 100))));
        var earlier = Enumerable.Range(0, 50).Select(at => new EarlierHead(SnapshotBuilder.Sha(at), [.. Enumerable.Repeat(report.Run.Run, 30)]));

        var commands = Enumerable.Range(0, 5).Select(at => new CommentedCommand(new string('漢', 120), new string('漢', 50), false, new string('漢', 2_000), [.. told.Take(5).Select(run => new CommandedResult(run, run.Run.Id))]));

        var text = Comment([.. told], [.. remarks], [.. earlier], [.. commands]);

        ShouldFit(text);
        text.ShouldStartWith(Marker);
        text.Split("<details>").Length.ShouldBe(text.Split("</details>").Length);
        text.Split('\n').Count(line => line.StartsWith("```", StringComparison.Ordinal)).ShouldSatisfyAllConditions(fences => (fences % 2).ShouldBe(0));
        text.ShouldContain("large#3");
    }

    [Fact]
    public void The_output_of_a_check_run_fits_and_has_links()
    {
        var links = new ReportLinks("https://ci.example.org/r?sig=1", []);

        var text = CommentFormat.WriteReport(Report.From(SampleReports.Large(1_000, 10, 20)), links);

        ShouldFit(text);
        text.ShouldContain("[`large#3`](https://ci.example.org/r?sig=1)");
    }

    private static string Comment(
        ImmutableArray<CommentedRun> runs, ImmutableArray<CommentRemark> remarks, ImmutableArray<EarlierHead> earlier, params ImmutableArray<CommentedCommand> commands) =>
        CommentFormat.Write(new PullRequestComment(Marker, SnapshotBuilder.Sha(12), runs, remarks, earlier) { Commands = commands });

    private static RunSnapshot Documented(int number, double value)
    {
        var run = new SnapshotBuilder("digits", number).Objective("val_acc").AtLeast("val_acc", 0.92).Trial("lr=0.05, batch=32", ("val_acc", [0.8, value]));
        return number == 12 ? run.With(run => run with { Baseline = run.Id with { Number = 11 } }).Build() : run.Build();
    }

    private static CommentedRun Told(ReportInput input)
    {
        var report = Report.From(input);
        return new CommentedRun(report.Run.Run, report, null);
    }

    private static EarlierHead Earlier(int number, double best, bool passed)
    {
        var run = new SnapshotBuilder("digits", number).Objective("val_acc").With(run => run with { Best = best, Passed = passed }).Run;
        return new EarlierHead(run.Commit.Sha, [run]);
    }

    private static void ShouldFit(string text) =>
        new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(text).ShouldBeLessThanOrEqualTo(CommentFormat.ByteLimit);

    [GeneratedRegex(@"@|#\d|\bGH-\d|://|www\.|\b[0-9a-f]{7,40}\b|:[a-z_]+:|\$", RegexOptions.IgnoreCase, 1_000)]
    private static partial Regex Linked();
}
