using System.Text;
using GradientCI.Comparisons;
using GradientCI.Reports.Formats.Markdown;
using static GradientCI.Reports.Formats.Markdown.MarkdownText;

namespace GradientCI.Reports.Comments;

/// <summary>Writes the one comment of a pull request.</summary>
public static class CommentFormat
{
    /// <summary>The most bytes of a comment: GitHub takes 65,536 characters.</summary>
    public const int ByteLimit = 60_000;

    private const int MostRemarks = 8;
    private const int MostRunsEarlier = 10;
    private const int LeastReport = 3_000;
    private const int TableBytes = 10_000;
    private const int EarlierBytes = 6_000;

    /// <summary>Markdown of at most <see cref="ByteLimit"/> bytes; the same text for the same content.</summary>
    public static string Write(PullRequestComment comment)
    {
        var head = Head(comment) + Remarks(comment) + Table(comment) + CommandSection.Write(comment.Commands);
        var earlier = Earlier(comment);
        var reports = comment.Runs.Where(run => run.Report is not null).ToArray();
        var text = new StringBuilder(head);
        var room = ByteLimit - Bytes(head) - Bytes(earlier);
        for (var at = 0; at < reports.Length; at++)
        {
            var report = Folded(reports[at], room / (reports.Length - at), reports.Length > 1);
            room -= Bytes(report);
            text.Append(report);
        }

        return text.Append(earlier).ToString();
    }

    /// <summary>The report of one run as the output of a check run: Markdown of at most <see cref="ByteLimit"/> bytes.</summary>
    public static string WriteReport(Report report, ReportLinks? links) => MarkdownFormat.Write(report, ByteLimit, links);

    private static string Head(PullRequestComment comment) =>
        new MarkdownWriter().Line($"{new MarkdownText(comment.Marker)}").Line($"### GradientCI at {Code(comment.Head.Short)}").ToString();

    private static string Remarks(PullRequestComment comment)
    {
        var writer = new MarkdownWriter();
        foreach (var remark in comment.Remarks.Take(MostRemarks))
        {
            writer.Line($"").Line($"{new MarkdownText(remark.IsWaiting ? "⏸️" : "❌")} {Escape(remark.Sentence)}");
            _ = remark.Detail.Length > 0 ? writer.Line($"").Add($"{new MarkdownText(FencedText.Of(remark.Detail, 40, 200 / Math.Min(MostRemarks, comment.Remarks.Length)))}") : writer;
        }

        return writer.ToString();
    }

    private static string Table(PullRequestComment comment)
    {
        if (comment.Runs.IsEmpty)
        {
            return comment.Remarks.IsEmpty && comment.Commands.IsEmpty ? "\nNothing has run here yet.\n" : "";
        }

        return "\n| | Run | Result |\n| --- | --- | --- |\n" + Fitting(comment.Runs.Select(Row), comment.Runs.Length, TableBytes);
    }

    private static string Row(CommentedRun run)
    {
        var outcome = run.Report?.Headline.Outcome ?? Headline.OutcomeOf(run.Run);
        var name = Code(run.Run.Id.ToString());
        var linked = run.Links is { } links ? new MarkdownText($"[{name.Source}]({links.Page})") : name;
        var phrases = run.Report?.Headline.Phrases.Select((phrase, at) => at == 0 ? $"**{Escape(phrase).Source}**" : Escape(phrase).Source) ?? [];
        return new MarkdownWriter()
            .Line($"| {OutcomeSign.Of(outcome)} | {linked} {outcome.ToString().ToLowerInvariant()} | {new MarkdownText(string.Join(" · ", phrases))} |")
            .ToString();
    }

    private static string Folded(CommentedRun run, int room, bool isFolded)
    {
        var id = run.Run.Id.ToString();
        var (open, close) = isFolded
            ? (new MarkdownWriter().Line($"").Line($"<details><summary><code>{new MarkdownText(Plain(id))}</code></summary>").Line($"").ToString(), "\n</details>\n")
            : ("\n", "");
        var body = MarkdownFormat.Write(run.Report!, room - Bytes(open) - Bytes(close), run.Links);
        if (room >= LeastReport && Bytes(open) + Bytes(body) + Bytes(close) <= room)
        {
            return open + body + close;
        }

        var where = run.Links is { } links ? new MarkdownText($"[the page of {Code(id).Source}]({links.Page})") : Code($"gradientci report {id}");
        var instead = new MarkdownWriter().Line($"").Line($"There is no room here for the report of {Code(id)}; see {where}.").ToString();
        return Bytes(instead) <= room ? instead : "";
    }

    private static string Earlier(PullRequestComment comment)
    {
        if (comment.Earlier.IsEmpty)
        {
            return "";
        }

        var count = comment.Earlier.Length == 1 ? "1 earlier commit" : $"{comment.Earlier.Length} earlier commits";
        return $"\n<details><summary>{count}</summary>\n\n{Fitting(comment.Earlier.Select(Line), comment.Earlier.Length, EarlierBytes)}\n</details>\n";
    }

    private static string Line(EarlierHead head)
    {
        var runs = head.Runs.Take(MostRunsEarlier).Select(run =>
            $"{OutcomeSign.Of(Headline.OutcomeOf(run)).Source} {Code(run.Id.ToString()).Source}{(Best(run) is { } best ? $" {best.Source}" : "")}").ToList();
        var all = runs.Count == 0 ? "nothing ran" : string.Join(" · ", head.Runs.Length > runs.Count ? runs.Append($"… and {head.Runs.Length - runs.Count} more") : runs);
        return new MarkdownWriter().Line($"- {Code(head.Sha.Short)}: {new MarkdownText(all)}").ToString();
    }

    private static MarkdownText? Best(Experiments.Run run) =>
        BestText.Of(run) is { Length: > 0 } best ? Escape(best, 80) : null;

    private static string Fitting(IEnumerable<string> lines, int count, int bytes)
    {
        var shown = lines.TakeWhile(line => (bytes -= Bytes(line)) >= 0).ToList();
        return string.Concat(shown) + (shown.Count < count ? $"\n… and {count - shown.Count} more\n" : "");
    }

    // A summary is HTML, where Markdown does not count; outside of code GitHub takes name#12 for somebody's issue.
    private static string Plain(string id) => string.Concat(PlainText.Of(id, 100).Select(letter =>
        char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or '#' ? letter : '?'));

    private static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);
}
