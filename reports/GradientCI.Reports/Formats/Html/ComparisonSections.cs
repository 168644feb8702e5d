using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Reports.Charts;

namespace GradientCI.Reports.Formats.Html;

/// <summary>The best parameter set, the baseline, and what changed between them.</summary>
internal static class ComparisonSections
{
    private const int MetricLimit = 30;
    private const int ParameterLimit = 60;
    private const int ChangeLimit = 40;

    public static void Write(Markup page, Report report)
    {
        page.Add($"<div class=\"pair\">\n");
        SummarySections.Checks(page, report);
        Best(page, report);
        page.Add($"</div>\n<div class=\"pair\">\n");
        _ = report.Comparison is { Metrics.IsEmpty: false } comparison ? Compared(page, report, comparison) : Values(page, report);
        Changed(page, report);
        page.Add($"</div>\n");
    }

    private static void Best(Markup page, Report report)
    {
        if (report.Featured is not { } trial)
        {
            return;
        }

        page.Add($"<section><h2>{(report.Run.Trials.Length > 1 ? "Best parameters" : "Parameters")}</h2>\n");
        if (trial.Trial.Parameters.Count > 0)
        {
            page.Add($"<dl class=\"chips\">");
            foreach (var (name, value) in trial.Trial.Parameters.Take(ParameterLimit))
            {
                page.Add($"<div><dt>{PlainText.Of(name, 60)}</dt><dd>{PlainText.Of(value.ToString(), 100)}</dd></div>");
            }

            page.Add($"</dl>{SummarySections.More(trial.Trial.Parameters.Count - ParameterLimit, "parameters, in report.json")}\n");
        }

        _ = report.Certainty is { } certainty ? page.Add($"<p>{certainty.ToString()}</p>\n") : page;
        page.Add($"<p>{(report.Best is { Trials.Length: > 1 } ? "Log of its best repeat" : "Log")}: <code>gradientci logs {trial.Trial.Id.ToString()}</code></p></section>\n");
    }

    private static Markup Compared(Markup page, Report report, RunComparison comparison)
    {
        page.Add($"<section><h2>Against the baseline</h2>\n<div class=\"scroll\"><table><thead><tr><th>Metric</th><th class=\"number\">{report.Baseline!.Run.Id.ToString()}</th><th class=\"number\">{report.Run.Run.Id.ToString()}</th><th class=\"number\">Difference</th><th>Verdict</th></tr></thead><tbody>\n");
        foreach (var metric in comparison.Metrics.Take(MetricLimit))
        {
            var (kind, arrow) = metric.Verdict switch { Verdict.Better => ("good", "▲"), Verdict.Worse => ("bad", "▼"), _ => ("", "") };
            page.Add($"<tr><td><code>{PlainText.Of(metric.Metric, 80)}</code></td><td class=\"number\">{Number(metric.Baseline)}</td><td class=\"number\">{Number(metric.Value)}</td><td class=\"number\">{DifferenceText.Size(metric)}</td>");
            page.Add($"<td class=\"verdict\"><span class=\"{new Raw(kind)}\">{$"{arrow} {DifferenceText.Word(metric.Verdict)}"}</span> <span class=\"muted\">{DifferenceText.Evidence(metric)}</span></td></tr>\n");
        }

        if (comparison.Front is { } front)
        {
            var (kind, arrow) = front.Verdict switch { Verdict.Better => ("good", "▲"), Verdict.Worse => ("bad", "▼"), _ => ("", "") };
            page.Add($"<tr><td>Hypervolume</td><td class=\"number\">{ValueText.Of(front.Baseline)}</td><td class=\"number\">{ValueText.Of(front.Value)}</td><td class=\"number\">{FrontText.Size(front)}</td>");
            page.Add($"<td class=\"verdict\"><span class=\"{new Raw(kind)}\">{$"{arrow} {DifferenceText.Word(front.Verdict)}"}</span> <span class=\"muted\">{FrontText.Evidence(front)}</span></td></tr>\n");
        }

        return page.Add($"</tbody></table></div>{SummarySections.More(comparison.Metrics.Length - MetricLimit, "metrics, in report.json")}</section>\n");
    }

    // Without a baseline the metrics still deserve a table.
    private static Markup Values(Markup page, Report report)
    {
        var metrics = report.Metrics.Where(metric => !ChartGroup.IsSystemMetric(metric) && report.Featured?.Series.ContainsKey(metric) == true).ToArray();
        if (metrics.Length == 0)
        {
            return page;
        }

        page.Add($"<section><h2>Metrics of {report.Featured!.Trial.Id.ToString()}</h2>\n<div class=\"scroll\"><table><thead><tr><th>Metric</th><th class=\"number\">Last</th><th class=\"number\">Least</th><th class=\"number\">Greatest</th><th class=\"number\">Points</th></tr></thead><tbody>\n");
        foreach (var metric in metrics.Take(MetricLimit))
        {
            var summary = report.Featured.Series[metric].Summary;
            page.Add($"<tr><td><code>{PlainText.Of(metric, 80)}</code></td><td class=\"number\">{Number(summary.Last.Y)}</td><td class=\"number\">{Number(summary.Min)}</td><td class=\"number\">{Number(summary.Max)}</td><td class=\"number\">{$"{summary.Count:N0}"}</td></tr>\n");
        }

        return page.Add($"</tbody></table></div>{SummarySections.More(metrics.Length - MetricLimit, "metrics, in report.json")}</section>\n");
    }

    private static void Changed(Markup page, Report report)
    {
        var files = report.Run.Run.Changes;
        ImmutableArray<ValueChange> parameters = report.Comparison?.Parameters ?? [], manifest = report.Comparison?.Manifest ?? [];
        if (report.Baseline is null && files.IsEmpty)
        {
            return;
        }

        page.Add($"<section><h2>What changed</h2>\n");
        _ = parameters.IsEmpty && manifest.IsEmpty && files.IsEmpty ? page.Add($"<p>Nothing: same parameters, same manifest, same code.</p>\n") : page;
        ValueChanges(page, "Parameters of the best set", parameters);
        ValueChanges(page, "Manifest", manifest);
        if (!files.IsEmpty)
        {
            page.Add($"<h3>Code <span class=\"muted\">{Changes.Summary(files)}</span></h3>\n<ul class=\"changes\">\n");
            foreach (var file in Changes.BySize(files).Take(ChangeLimit))
            {
                page.Add($"<li><code>{PlainText.Of(file.OldPath is { } old ? $"{old} → {file.Path}" : file.Path, 200)}</code> <span class=\"muted\">{file.Kind}</span> <span class=\"lines\">{Changes.Lines(file)}</span></li>\n");
            }

            page.Add($"</ul>{SummarySections.More(files.Length - ChangeLimit, "files")}\n");
        }

        page.Add($"</section>\n");
    }

    private static void ValueChanges(Markup page, string title, ImmutableArray<ValueChange> changes)
    {
        if (changes.IsEmpty)
        {
            return;
        }

        page.Add($"<h3>{title}</h3>\n<ul class=\"changes\">\n");
        foreach (var change in changes.Take(ChangeLimit))
        {
            page.Add($"<li><code>{PlainText.Of(change.Name, 80)}</code> <del>{PlainText.Of(Changes.Before(change), 100)}</del> <span aria-label=\"became\">→</span> <ins>{PlainText.Of(Changes.After(change), 100)}</ins></li>\n");
        }

        page.Add($"</ul>{SummarySections.More(changes.Length - ChangeLimit, "changes, in report.json")}\n");
    }

    private static string Number(double? value) => value is { } known ? ValueText.Of(known) : "–";
}
