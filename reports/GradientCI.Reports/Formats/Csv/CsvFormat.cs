using System.Globalization;
using System.Text;
using GradientCI.Experiments;

namespace GradientCI.Reports.Formats.Csv;

/// <summary>One row per trial, RFC 4180 with line feeds, for spreadsheets and data frames.</summary>
/// <remarks>
/// Of several objectives <c>objective</c> is the first, and <c>front</c> the number of the set's front. After the fixed columns come <c>param.NAME</c>, then <c>NAME.last</c>, <c>NAME.min</c> and <c>NAME.max</c> of at most 200
/// metrics: the objectives, the checked ones, the others by name. Numbers are exact. A text that a spreadsheet would run
/// as a formula gets an apostrophe.
/// </remarks>
internal sealed class CsvFormat : IReportFormat
{
    private const int MetricLimit = 200;

    /// <inheritdoc/>
    public string Name => "csv";

    /// <inheritdoc/>
    public string FileName => "trials.csv";

    /// <inheritdoc/>
    public string Write(Report report)
    {
        var trials = report.Run.Trials;
        var parameters = trials.SelectMany(trial => trial.Trial.Parameters.Select(parameter => parameter.Key)).Distinct(StringComparer.Ordinal).ToArray();
        var metrics = report.Metrics.Take(MetricLimit).ToArray();
        var objective = report.Outcomes.ToDictionary(outcome => outcome.Number, outcome => outcome.Value);

        var fronts = report.Ranking.Sets.ToDictionary(set => set.Number, set => set.Front);

        var text = new StringBuilder();
        Row(text,
        [
            "trial", "set", "repeat", "seed", "state", "seconds", "exit_code", "reason", "objective", "cached_from", "front",
            .. parameters.Select(name => Text($"param.{name}")),
            .. metrics.SelectMany(name => new[] { Text($"{name}.last"), Text($"{name}.min"), Text($"{name}.max") }),
        ]);
        foreach (var (trial, series, _) in trials)
        {
            Row(text,
            [
                trial.Id.ToString(), Number(trial.ParameterSetNumber), Number(trial.Repeat), Number(trial.Seed), trial.State.Word(),
                Number((trial.EndedAt - trial.StartedAt)?.TotalSeconds), Number(trial.Attempts.IsEmpty ? null : trial.Attempts[^1].ExitCode),
                Text(trial.Reason), Number(objective.GetValueOrDefault(trial.Id.Number)), $"{trial.CachedFrom}", Number(fronts.GetValueOrDefault(trial.ParameterSetNumber)),
                .. parameters.Select(name => trial.Parameters[name] is not { } value ? "" : value.IsNumeric ? value.ToString() : Text(value.ToString())),
                .. metrics.SelectMany(name => series.TryGetValue(name, out var one)
                    ? new[] { Number(one.Summary.Last.Y), Number(one.Summary.Min), Number(one.Summary.Max) }
                    : ["", "", ""]),
            ]);
        }

        return text.ToString();
    }

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static string Text(string text)
    {
        var clean = PlainText.Of(text, 1_000);
        return clean.Length > 0 && clean[0] is ('=' or '+' or '-' or '@') ? "'" + clean : clean;
    }

    private static void Row(StringBuilder text, IEnumerable<string> cells) => text
        .AppendJoin(',', cells.Select(cell => cell.AsSpan().ContainsAny(',', '"') ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell))
        .Append('\n');
}
