using System.Collections.Immutable;
using System.Globalization;
using GradientCI.Checks;
using GradientCI.Comparisons;
using GradientCI.Reports.Charts;
using GradientCI.Reports.Comments;
using static GradientCI.Reports.Formats.Markdown.MarkdownText;

namespace GradientCI.Reports.Formats.Markdown;

/// <summary>The comment of a pull request.</summary>
internal sealed class MarkdownFormat : IReportFormat
{
    private const int Columns = 8;

    /// <inheritdoc/>
    public string Name => "markdown";

    /// <inheritdoc/>
    public string FileName => "report.md";

    /// <inheritdoc/>
    public string Write(Report report) => Write(report, MarkdownCut.ByteLimit, null);

    /// <summary>The same for a place of less room, with links where there are some.</summary>
    public static string Write(Report report, int limit, ReportLinks? links) => MarkdownCut.Fit(Head(report),
    [
        new("the failed trials", 80, rows => Failures(report, rows), 5, 2),
        new("the checks", 90, rows => Checks(report, rows), 40, 10),
        new("the best parameters", 75, rows => Parameters(report, rows), 24, 8),
        new("the front", 72, rows => FrontSection.Write(report, rows), 12, 4),
        new("what mattered", 55, rows => Mattered(report, rows), 5, 2),
        new("the comparison", 70, rows => Comparison(report, rows), 12, 4),
        new("the changes", 60, rows => Changed(report, rows), 15, 5),
        new("the chart", 40, _ => Chart(report, links), 1),
        new("the trial table", 50, rows => Trials(report, rows), 20, 5),
        new("how to reproduce the best trial", 25, _ => ReproductionText.Of(report), 1),
        new("the notes", 20, rows => Notes(report, rows), 60, 15),
        new("the provenance", 30, _ => Provenance(report), 1),
        new("the notices", 35, rows => Notices(report, rows), 20, 5),
    ],
    cut => Foot(report, links, cut),
    limit);

    private static string Head(Report report)
    {
        var run = report.Run.Run;
        var writer = new MarkdownWriter();
        writer.Line($"<!-- gradientci:{new MarkdownText(string.Concat(run.Id.Experiment.Where(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-').Take(63)))} -->");
        writer.Line($"## {OutcomeSign.Of(report.Headline.Outcome)} {Code(run.Id.ToString())} {report.Headline.Word}").Line($"");
        writer.Line($"{new MarkdownText(string.Join(" · ", report.Headline.Phrases.Select((phrase, index) => index == 0 ? $"**{Escape(phrase).Source}**" : Escape(phrase).Source)))}");
        string[] sentences = [.. report.Headline.Reasons.Take(5), .. report.Advice, .. report.Savings is { } savings ? [savings.ToString()] : Array.Empty<string>()];
        _ = sentences.Length > 0 ? writer.Line($"") : writer;
        foreach (var sentence in sentences)
        {
            writer.Line($"- {Escape(sentence, 300)}");
        }

        writer.Line($"").Add($"Commit {Code(run.Commit.Sha.Short)}");
        _ = run.Commit.RefName.Length > 0 ? writer.Add($" on {Code(run.Commit.RefName, 80)}") : writer;
        _ = run.Commit.Subject.Length > 0 ? writer.Add($", {Escape(run.Commit.Subject, 100)}") : writer;
        writer.Line($"  ");
        if (report.Baseline is { Run: var baseline })
        {
            writer.Add($"Compared with {Code(baseline.Id.ToString())} at {Code(baseline.Commit.Sha.Short)}");
            _ = baseline.Commit.RefName.Length > 0 ? writer.Add($" on {Code(baseline.Commit.RefName, 80)}") : writer;
            _ = baseline.Commit.Subject.Length > 0 ? writer.Add($", {Escape(baseline.Commit.Subject, 100)}") : writer;
            writer.Line($"");
        }

        if (run.BaselineNote.Length > 0)
        {
            writer.Line($"Baseline: {Escape(run.BaselineNote, 300)}");
        }
        else if (report.Baseline is null)
        {
            writer.Line($"No baseline to compare with.");
        }

        return writer.ToString();
    }

    private static string Checks(Report report, int rows)
    {
        if (report.Checks.IsEmpty)
        {
            return "";
        }

        var writer = new MarkdownWriter();
        writer.Line($"").Line($"| | Check | Result |").Line($"| --- | --- | --- |");
        foreach (var check in report.Checks.OrderBy(check => check.Status == CheckStatus.Failed ? 0 : 1).Take(rows))
        {
            var sign = check.Status switch { CheckStatus.Passed => "✅ passed", CheckStatus.Failed => "❌ failed", _ => "⚪ skipped" };
            writer.Line($"| {new MarkdownText(sign)} | {Code(check.Spec.Metric, 80)}{new MarkdownText(check.Spec.Required ? "" : " (not required)")} | {check.Text} |");
        }

        return More(writer, report.Checks.Length - rows, "checks").ToString();
    }

    private static string Comparison(Report report, int rows)
    {
        if (report.Comparison is not { Metrics: { IsEmpty: false } metrics })
        {
            return "";
        }

        var writer = new MarkdownWriter();
        writer.Line($"").Line($"| Metric | Baseline | This run | Difference | |").Line($"| --- | ---: | ---: | ---: | --- |");
        foreach (var metric in metrics.Take(rows))
        {
            var word = metric.Verdict switch { Verdict.Better => "▲ better", Verdict.Worse => "▼ worse", var verdict => DifferenceText.Word(verdict) };
            writer.Line($"| {Code(metric.Metric, 80)} | {Value(metric.Baseline)} | {Value(metric.Value)} | {DifferenceText.Size(metric)} | {new MarkdownText(word)}{new MarkdownText(Bracketed(DifferenceText.Evidence(metric)))} |");
        }

        if (report.Comparison.Front is { } front)
        {
            var word = front.Verdict switch { Verdict.Better => "▲ better", Verdict.Worse => "▼ worse", _ => "unchanged" };
            writer.Line($"| Hypervolume | {Value(front.Baseline)} | {Value(front.Value)} | {FrontText.Size(front)} | {new MarkdownText(word)} ({FrontText.Evidence(front)}) |");
        }

        return More(writer, metrics.Length - rows, "metrics").ToString();
    }

    private static string Parameters(Report report, int rows)
    {
        if (report.Featured is not { } trial)
        {
            return "";
        }

        var writer = new MarkdownWriter();
        var parameters = trial.Trial.Parameters.Select(parameter => Code($"{parameter.Key}={parameter.Value}", 100).Source).Take(rows).ToArray();
        if (parameters.Length > 0)
        {
            writer.Line($"").Add($"{new MarkdownText(report.Best is null ? "Parameters" : "Best parameters")}: {new MarkdownText(string.Join(' ', parameters))}");
            writer.Line($"{new MarkdownText(trial.Trial.Parameters.Count > rows ? $" and {trial.Trial.Parameters.Count - rows} more" : "")}");
        }

        _ = report.Certainty is { } certainty ? writer.Line($"").Line($"{Escape(certainty.ToString())}") : writer;
        return writer.Line($"").Line($"Log: {Code($"gradientci logs {trial.Trial.Id}")}").ToString();
    }

    private static string Mattered(Report report, int rows)
    {
        if (report is not { Objective: { } objective, Importance: { } known })
        {
            return "";
        }

        var shares = known.Parameters.Take(rows).Select(parameter => $"{Code(parameter.Parameter, 60).Source} {ImportanceChart.Percent(parameter.Share)} ± {ImportanceChart.Percent(parameter.Error)}");
        return new MarkdownWriter().Line($"").Line($"What mattered: {new MarkdownText(string.Join(", ", shares))} of the variance of {Code(objective.Metric, 60)}. {Escape(WhatMattered.Note(known, "it"))}").ToString();
    }

    private static string Changed(Report report, int rows)
    {
        var files = report.Run.Run.Changes;
        var values = report.Comparison is { } comparison ? comparison.Parameters.AddRange(comparison.Manifest) : [];
        if (values.IsEmpty && files.IsEmpty)
        {
            return "";
        }

        var writer = new MarkdownWriter();
        writer.Line($"").Line($"**What changed**").Line($"");
        foreach (var value in values.Take(rows))
        {
            writer.Line($"- {Code(value.Name, 80)}: {Code(Changes.Before(value), 80)} → {Code(Changes.After(value), 80)}");
        }

        More(writer, values.Length - rows, "values", "- ");
        if (!files.IsEmpty)
        {
            writer.Line($"- Code: {new MarkdownText(Changes.Summary(files))}");
            foreach (var file in Changes.BySize(files).Take(rows))
            {
                writer.Line($"  - {Code(file.OldPath is { } old ? $"{old} → {file.Path}" : file.Path, 160)} {file.Kind}, {new MarkdownText(Changes.Lines(file))}");
            }

            More(writer, files.Length - rows, "files", "  - ");
        }

        return writer.ToString();
    }

    private static string Failures(Report report, int rows)
    {
        var writer = new MarkdownWriter();
        foreach (var group in report.Failures.Take(rows))
        {
            var count = group.Trials.Length == 1 ? "1 trial" : $"{group.Trials.Length:N0} trials";
            writer.Line($"- {new MarkdownText(count)} {Experiments.TrialStates.Word(group.State)}: {Escape(group.Reason, 300)} — {Code($"gradientci logs {group.Trials[0]}")}");
        }

        return report.Failures.IsEmpty ? "" : "\n" + More(writer, report.Failures.Length - rows, "reasons", "- ");
    }

    private static string Chart(Report report, ReportLinks? links) => links is { Charts: [var picture, ..] }
        ? $"\n[![{Alternative(picture.Title)}]({picture.Url})]({links.Page})\n"
        : MermaidChart.Of(report) is { } chart ? $"\n{chart.Source}" : "";

    private static string Trials(Report report, int rows)
    {
        var table = TrialTable.Of(report, rows, Columns);
        if (table.Total < 2 || table.Columns.IsEmpty)
        {
            return "";
        }

        var writer = new MarkdownWriter();
        var title = table.Rows.Length < table.Total ? $"The first {table.Rows.Length} of {table.Total:N0} parameter sets" : $"All {table.Total} parameter sets";
        writer.Line($"").Line($"<details><summary>{new MarkdownText(title)}, {new MarkdownText(report.Tally.ToString())}</summary>").Line($"");
        var (fronts, rule) = table.HasFronts ? (new MarkdownText(" Front |"), new MarkdownText(" ---: |")) : (new MarkdownText(""), new MarkdownText(""));
        writer.Line($"| Trial |{fronts}{Joined(table.Columns.Select(column => $" {Code(column.Name, 60).Source} |"))} State | Time |");
        writer.Line($"| --- |{rule}{Joined(table.Columns.Select(column => column.IsMetric ? " ---: |" : " --- |"))} --- | ---: |");
        foreach (var row in table.Rows)
        {
            var cells = Joined(row.Cells.Select(cell => $" {(cell.Length == 0 ? "" : Escape(cell, 60).Source)} |"));
            var state = row.Broken.Length > 0 ? $"{row.State}, breaks {row.Broken}" : row.State;
            writer.Line($"| {new MarkdownText(row.IsBest ? "★ " : "")}{new MarkdownText(row.Trials)} |{new MarkdownText(table.HasFronts ? $" {row.Front?.ToString(CultureInfo.InvariantCulture) ?? "–"} |" : "")}{cells} {Escape(state, 120)} | {row.Took} |");
        }

        writer.Line($"");
        More(writer, table.Total - table.Rows.Length, "parameter sets in report.html and trials.csv");
        More(writer, table.HiddenColumns, "columns in trials.csv");
        return writer.Line($"</details>").ToString();
    }

    // A foreign fragment is shown as its source: rendered it could mention people and load pictures.
    private static string Notes(Report report, int rows)
    {
        if (report.Notes.Length == 0)
        {
            return "";
        }

        return $"\n<details><summary>Notes of the best trial</summary>\n\n{FencedText.Of(report.Notes, rows, 200)}</details>\n";
    }

    private static string Provenance(Report report)
    {
        var writer = new MarkdownWriter();
        writer.Line($"").Line($"<details><summary>Provenance</summary>").Line($"").Line($"| | |").Line($"| --- | --- |");
        foreach (var fact in Facts.Of(report))
        {
            writer.Line($"| {new MarkdownText(fact.Name)} | {(fact.IsCode ? Code(fact.Value) : Escape(fact.Value))} |");
        }

        return writer.Line($"").Line($"</details>").ToString();
    }

    private static string Notices(Report report, int rows)
    {
        var notices = report.Run.Run.Notices;
        var writer = new MarkdownWriter();
        foreach (var notice in notices.Take(rows))
        {
            writer.Line($"- {Escape(notice, 300)}");
        }

        return notices.IsEmpty ? "" : "\n" + More(writer, notices.Length - rows, "notices", "- ");
    }

    private static string Foot(Report report, ReportLinks? links, IReadOnlyList<string> cut)
    {
        var left = cut.Count == 0 ? "" : $"To fit a comment, some was shortened or left out: {string.Join(", ", cut)}. ";
        var where = links is null ? Code($"gradientci report {report.Run.Run.Id}").Source : $"[{Code(report.Run.Run.Id.ToString()).Source}]({links.Page})";
        return $"\n{left}The whole report: {where}\n";
    }

    private static MarkdownWriter More(MarkdownWriter writer, int count, string what, string before = "\n") =>
        count > 0 ? writer.Line($"{new MarkdownText(before)}… and {count} more {new MarkdownText(what)}") : writer;

    private static MarkdownText Joined(IEnumerable<string> safe) => new(string.Concat(safe));

    private static MarkdownText Value(double? value) => Escape(value is { } known ? ValueText.Of(known) : "–");

    private static string Bracketed(string text) => text.Length == 0 ? "" : $" ({text})";

    // Whatever could end the brackets or begin something inside them becomes a question mark.
    private static string Alternative(string title) => string.Concat(PlainText.Of(title, 80).Select(letter =>
        char.IsLetterOrDigit(letter) || letter is ' ' or '-' or '_' or '.' ? letter : '?'));
}
