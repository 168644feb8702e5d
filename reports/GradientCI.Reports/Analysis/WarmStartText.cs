using GradientCI.Comparisons;
using GradientCI.Experiments;

namespace GradientCI.Reports.Analysis;

/// <summary>What a run's search knew of earlier runs, for people.</summary>
public static class WarmStartText
{
    private const int MostNames = 3;

    /// <summary><c>43 parameter sets of digits#11 and digits#9 (best loss 0.12)</c>; empty when it was not to know of any.</summary>
    public static string Of(Run run) => run.WarmStart switch
    {
        null => "",
        { Sets: 0 } => "no earlier run has a parameter set that fits",
        { } warm => $"{warm.Sets:N0} parameter set{(warm.Sets == 1 ? "" : "s")} of {Names(run, warm)}"
            + (warm.Best is { } best ? $" (best {run.Spec.Objectives[0].Metric} {ValueText.Of(best)})" : ""),
    };

    private static string Names(Run run, WarmStart warm)
    {
        var names = warm.Runs.Take(MostNames).Select(number => (run.Id with { Number = number }).ToString()).ToList();
        if (warm.Runs.Length > MostNames)
        {
            names.Add($"{warm.Runs.Length - MostNames} more");
        }

        return names.Count == 1 ? names[0] : $"{string.Join(", ", names[..^1])} and {names[^1]}";
    }
}
