using GradientCI.Checks;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Reports.Charts;

namespace GradientCI.Reports.Formats.Html;

/// <summary>The top of the page: verdict, figures, failures and checks.</summary>
internal static class SummarySections
{
    private const int CheckLimit = 200;
    private const int FailureLimit = 10;
    private const int MoreObjectives = 2;

    public static void Write(Markup page, Report report)
    {
        Header(page, report);
        Tiles(page, report);
        _ = report.Savings is { } savings ? page.Add($"<p class=\"muted\">{savings.ToString()}</p>\n") : page;
        Callout(page, report);
        Failures(page, report);
    }

    /// <summary>A sign that does not live by colour alone.</summary>
    public static Raw Sign(string kind) => new(kind switch
    {
        "passed" => "<svg class=\"sign\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"M3 8.5l3.2 3.2L13 4.8\"/></svg>",
        "failed" or "errored" => "<svg class=\"sign\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"M4 4l8 8m0-8l-8 8\"/></svg>",
        "skipped" or "cancelled" => "<svg class=\"sign\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"M3.5 8h9\"/></svg>",
        _ => "<svg class=\"sign\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"M8 3.5v4.8l3 2\"/><circle cx=\"8\" cy=\"8\" r=\"6.3\"/></svg>",
    });

    private static void Header(Markup page, Report report)
    {
        var run = report.Run.Run;
        var word = report.Headline.Word;
        page.Add($"<header>\n<p class=\"path\">{PlainText.Of(report.ProjectName, 100)}</p>\n");
        page.Add($"<h1>{run.Id.ToString()} <span class=\"status {new Raw(word)}\">{Sign(word)}{word}</span></h1>\n");
        if (run.Spec.Description.Length > 0)
        {
            page.Add($"<p class=\"about\">{run.Spec.Description}</p>\n");
        }

        page.Add($"<p class=\"commit\"><code>{run.Commit.Sha.Short}</code>");
        _ = run.Commit.RefName.Length > 0 ? page.Add($" on <code>{PlainText.Of(run.Commit.RefName, 80)}</code>") : page;
        page.Add($" <span class=\"subject\">{PlainText.Of(run.Commit.Subject, 140)}</span>");
        page.Add($" <span class=\"muted\">{PlainText.Of(run.Commit.AuthorName, 60)}{new Raw(run.Commit.AuthorName.Length > 0 ? ", " : "")}{Facts.Time(run.Commit.Time)}</span></p>\n");
        if (report.Baseline is { Run: var baseline })
        {
            page.Add($"<p class=\"commit\">Compared with <strong>{baseline.Id.ToString()}</strong> at <code>{baseline.Commit.Sha.Short}</code>");
            _ = baseline.Commit.RefName.Length > 0 ? page.Add($" on <code>{PlainText.Of(baseline.Commit.RefName, 80)}</code>") : page;
            page.Add($" <span class=\"subject\">{PlainText.Of(baseline.Commit.Subject, 140)}</span></p>\n");
        }

        var note = run.BaselineNote.Length > 0 ? run.BaselineNote : report.Baseline is null ? "No baseline to compare with." : "";
        _ = note.Length > 0 ? page.Add($"<p class=\"commit muted\">{note}</p>\n") : page;
        LiveLinks(page, report);
        page.Add($"</header>\n");
    }

    // What a trial serves is a stranger's: it gets a window of its own, which knows nothing of this one.
    private static void LiveLinks(Markup page, Report report)
    {
        foreach (var link in report.LiveLinks)
        {
            page.Add($"<p class=\"commit\">Live: <a href=\"{link.Address}\" target=\"_blank\" rel=\"noopener noreferrer\">{link.Title}</a></p>\n");
        }
    }

    private static void Tiles(Markup page, Report report)
    {
        var run = report.Run.Run;
        page.Add($"<div class=\"tiles\">\n");
        if (report is { Objective: { } objective, Best.Mean: { } mean })
        {
            var way = objective.Direction == Metrics.Direction.Maximize ? "best (highest)" : "best (lowest)";
            Tile(page, "", $"{objective.Metric}, {way}", ValueText.Of(mean), report.Best!.HalfWidth is { } half
                ? $"± {DifferenceText.HalfWidth(half)}, 95 % interval of {report.Best.Values.Length} repeats" : report.Best.Representative.Trial.Id.ToString());
            foreach (var result in report.Best.Results.Skip(1).Take(MoreObjectives))
            {
                Tile(page, "", $"{result.Objective.Metric}, of the same set", ValueText.Of(result.Mean!.Value), result.Objective.Direction == Metrics.Direction.Maximize ? "higher is better" : "lower is better");
            }
        }

        if (report.Ranking.Front is { IsEmpty: false } front)
        {
            var kind = report.Comparison?.Front?.Verdict switch { Verdict.Better => "good", Verdict.Worse => "bad", _ => "" };
            Tile(page, kind, "on the front", front.Length == 1 ? "1 set" : $"{front.Length:N0} sets", report.Comparison?.Front is { } fronts ? $"hypervolume {FrontText.Phrase(fronts)}" : "none is beaten in all objectives");
        }

        // Of several objectives the front is what is held against the baseline.
        if (report is { ObjectiveComparison: { Difference: not null } comparison, Comparison.Front: null })
        {
            var kind = comparison.Verdict switch { Verdict.Better => "good", Verdict.Worse => "bad", _ => "" };
            Tile(page, kind, $"against {report.Baseline!.Run.Id}", DifferenceText.Size(comparison), $"{DifferenceText.Word(comparison.Verdict)}, {DifferenceText.Evidence(comparison)}");
        }

        var made = report.Checks.Where(check => check.Status != CheckStatus.Skipped).ToArray();
        if (made.Length > 0)
        {
            var passed = made.Count(check => check.Status == CheckStatus.Passed);
            var skipped = report.Checks.Length - made.Length;
            Tile(page, passed < made.Length ? "bad" : "", "checks passed", $"{passed} of {made.Length}", skipped > 0 ? $"{skipped} skipped" : "");
        }

        _ = report.Tally.Bad > 0
            ? Tile(page, "bad", "trials without failure", $"{report.Tally.Total - report.Tally.Bad:N0} of {report.Tally.Total:N0}", report.Tally.ToString())
            : Tile(page, "", report.Tally.Total == 1 ? "trial" : "trials", $"{report.Tally.Total:N0}", report.Tally.ToString());
        if (run.EndedAt - run.StartedAt is { } took)
        {
            Tile(page, "", "took", ValueText.Duration(took), $"ended {Facts.Time(run.EndedAt!.Value)}");
        }
        else if (!run.HasEnded)
        {
            Tile(page, "", "so far", $"{report.Tally.Ended:N0} of {report.Tally.Total:N0}", "trials ended; the report is not final");
        }

        page.Add($"</div>\n");
    }

    private static Markup Tile(Markup page, string kind, string name, string value, string detail) => page.Add(
        $"<div class=\"tile {new Raw(kind)}\"><span class=\"name\">{PlainText.Of(name, 60)}</span><span class=\"value\">{value}</span><span class=\"detail\">{PlainText.Of(detail, 120)}</span></div>\n");

    private static void Callout(Markup page, Report report)
    {
        if (report.Headline.Reasons.IsEmpty && report.Advice.IsEmpty)
        {
            return;
        }

        page.Add($"<div class=\"callout {new Raw(report.Headline.Word)}\"><ul>\n");
        foreach (var sentence in report.Headline.Reasons.Take(10).Concat(report.Advice))
        {
            page.Add($"<li>{PlainText.Of(sentence, 400)}</li>\n");
        }

        page.Add($"</ul></div>\n");
    }

    private static void Failures(Markup page, Report report)
    {
        if (report.Failures.IsEmpty)
        {
            return;
        }

        page.Add($"<section><h2>What failed</h2>\n<div class=\"scroll\"><table><thead><tr><th>Trials</th><th>State</th><th>Reason</th><th>Log</th></tr></thead><tbody>\n");
        foreach (var group in report.Failures.Take(FailureLimit))
        {
            page.Add($"<tr><td class=\"number\">{group.Trials.Length}</td><td><span class=\"state failed\">{Sign("failed")}{group.State.Word()}</span></td>");
            page.Add($"<td class=\"wide\">{group.Reason}</td><td><code>gradientci logs {group.Trials[0].ToString()}</code></td></tr>\n");
        }

        page.Add($"</tbody></table></div>{More(report.Failures.Length - FailureLimit, "reasons, in report.json")}</section>\n");
    }

    public static void Checks(Markup page, Report report)
    {
        if (report.Checks.IsEmpty)
        {
            return;
        }

        page.Add($"<section><h2>Checks</h2>\n<div class=\"scroll\"><table><thead><tr><th>Result</th><th>Metric</th><th>What was found</th></tr></thead><tbody>\n");
        foreach (var check in report.Checks.OrderBy(check => check.Status == CheckStatus.Failed ? 0 : 1).Take(CheckLimit))
        {
            var word = check.Status.ToString().ToLowerInvariant();
            var optional = check.Spec.Required ? "" : " <span class=\"muted\">not required</span>";
            page.Add($"<tr><td><span class=\"state {new Raw(word)}\">{Sign(word)}{word}</span></td><td><code>{PlainText.Of(check.Spec.Metric, 80)}</code>{new Raw(optional)}</td><td>{check.Text}</td></tr>\n");
        }

        page.Add($"</tbody></table></div>{More(report.Checks.Length - CheckLimit, "checks, in report.json")}</section>\n");
    }

    /// <summary>A line on what is left out, or nothing.</summary>
    public static Raw More(int count, string what) => new(count > 0 ? $"<p class=\"muted\">… and {count:N0} more {what}.</p>" : "");
}
