using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Analysis;

/// <summary>The parameter sets of a run as a table, the best first.</summary>
/// <param name="Columns">Names of parameters and metrics; untrusted text.</param>
/// <param name="HiddenColumns">How many columns there would be beside these.</param>
/// <param name="Rows">As many rows as were asked for.</param>
/// <param name="Total">How many there are.</param>
internal sealed record TrialTable(ImmutableArray<TrialColumn> Columns, int HiddenColumns, ImmutableArray<TrialRow> Rows, int Total)
{
    /// <summary>Whether rows are ranked by fronts: there are several objectives.</summary>
    public bool HasFronts { get; private init; }

    /// <summary>The first rows, with at most so many columns.</summary>
    public static TrialTable Of(Report report, int rows, int columns)
    {
        var all = AllColumns(report);
        ImmutableArray<TrialColumn> shown = [.. all.Take(columns)];
        return new TrialTable(
            shown, all.Length - shown.Length,
            [.. report.Ranking.Sets.Take(rows).Select(set => Row(report, set, shown))], report.Ranking.Sets.Length)
        {
            HasFronts = report.Run.Run.Spec.Objectives.Length > 1,
        };
    }

    // The manifest's columns; else parameters that vary (or all, when there is one set), the objectives, the checks.
    private static ImmutableArray<TrialColumn> AllColumns(Report report)
    {
        var spec = report.Run.Run.Spec;
        var sets = report.Ranking.Sets;
        var parameters = sets.SelectMany(set => set.Parameters.Select(parameter => parameter.Key)).Distinct(StringComparer.Ordinal).ToArray();
        if (!spec.Report.Columns.IsEmpty)
        {
            return [.. spec.Report.Columns.Select(name => new TrialColumn(name, !parameters.Contains(name, StringComparer.Ordinal)))];
        }

        var searched = spec.Sweep.Space.Parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. parameters.Where(name => sets.Length == 1 || searched.Contains(name)).Select(name => new TrialColumn(name, false)),
            .. spec.Objectives.Select(objective => objective.Metric).Concat(spec.Checks.Select(check => check.Metric))
                .Distinct(StringComparer.Ordinal).Select(metric => new TrialColumn(metric, true)),
        ];
    }

    private static TrialRow Row(Report report, ParameterSetResult set, ImmutableArray<TrialColumn> columns)
    {
        var trials = set.Trials.Select(trial => trial.Trial).ToArray();
        var took = trials.Select(trial => (trial.EndedAt - trial.StartedAt)).OfType<TimeSpan>().ToArray();
        return new TrialRow(
            trials.Length == 1 ? $".{trials[0].Id.Number}" : Span([.. trials.Select(trial => trial.Id.Number).Order()]),
            [.. columns.Select(column => column.IsMetric ? Metric(report, set, column.Name) : Parameter(set.Parameters[column.Name]))],
            trials.Max(trial => trial.State),
            State(trials),
            took.Length == 0 ? "" : ValueText.Duration(took.Aggregate((sum, next) => sum + next) / took.Length),
            report.Ranking.Sets.Length > 1 && ReferenceEquals(set, report.Best), string.Join(", ", set.Broken))
        {
            Front = set.Front,
        };
    }

    private static string Span(int[] numbers) =>
        numbers[^1] - numbers[0] == numbers.Length - 1 ? $".{numbers[0]}–{numbers[^1]}" : string.Join(' ', numbers.Take(5).Select(number => $".{number}"));

    private static string State(Trial[] trials)
    {
        if (trials.Length == 1)
        {
            return trials[0].Standing;
        }

        var states = trials.GroupBy(trial => trial.State).OrderBy(group => group.Key).ToArray();
        var cached = trials.Count(trial => trial.CachedFrom is not null);
        return (states.Length == 1 ? states[0].Key.Word() : string.Join(", ", states.Select(state => $"{state.Count()} {state.Key.Word()}")))
            + (cached > 0 ? $", {cached} cached" : "");
    }

    private static string Metric(Report report, ParameterSetResult set, string metric)
    {
        if (set.Results.FirstOrDefault(result => result.Objective.Metric == metric) is { } result)
        {
            return result.Mean is { } mean ? DifferenceText.PlusMinus(mean, result.HalfWidth) : "";
        }

        var values = set.Trials
            .Where(trial => trial.Trial.State == TrialState.Succeeded && trial.Series.ContainsKey(metric))
            .Select(trial => trial.Series[metric].Summary.Last.Y).ToArray();
        return values.Length == 0 ? "" : ValueText.Of(values.Average());
    }

    // A drawn 0.021952475490524 is read as 0.02195; the exact value stands with the best parameters and in the CSV.
    private static string Parameter(ParameterValue? value) => value switch
    {
        null => "",
        { Kind: ParameterKind.Number } number => ValueText.Of(number.AsDouble),
        { } other => other.ToString(),
    };
}

/// <summary>A column.</summary>
/// <param name="Name">The parameter's or the metric's name.</param>
/// <param name="IsMetric">Which of the two.</param>
internal sealed record TrialColumn(string Name, bool IsMetric);

/// <summary>A parameter set.</summary>
/// <param name="Trials">Its trials' numbers, <c>.4–6</c>.</param>
/// <param name="Cells">One per column; untrusted text.</param>
/// <param name="Worst">The state that deserves the eye.</param>
/// <param name="State">How its trials ended.</param>
/// <param name="Took">The mean time of a trial, or empty.</param>
/// <param name="IsBest">Whether it is the best.</param>
/// <param name="Broken">Constraints that it breaks, or empty.</param>
internal sealed record TrialRow(
    string Trials, ImmutableArray<string> Cells, TrialState Worst, string State, string Took, bool IsBest, string Broken)
{
    /// <summary>The number of its front; null with one objective, and for a set that is in none.</summary>
    public int? Front { get; init; }
}
