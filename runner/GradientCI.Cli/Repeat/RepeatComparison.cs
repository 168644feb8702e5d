using System.Text;
using GradientCI.Cli.Output;
using GradientCI.Comparisons;

namespace GradientCI.Cli.Repeat;

/// <summary>What came of a repeated run, beside what the bundle says.</summary>
internal static class RepeatComparison
{
    private const int MostDifferences = 10;

    /// <summary>The comparison, for a person.</summary>
    /// <param name="recipe">The bundle's.</param>
    /// <param name="sets">What was repeated of it.</param>
    /// <param name="again">The run that repeated it.</param>
    public static string Of(Recipe recipe, RepeatedSets sets, Recipe again)
    {
        var now = again.Trials.ToDictionary(trial => (trial.Set, trial.Repeat));
        var pairs = sets.Sets.SelectMany((set, at) => set.Select(trial => (Then: trial, Now: now.GetValueOrDefault((at + 1, trial.Repeat))))).ToList();
        var differences = pairs.SelectMany(pair => Differences(pair.Then, pair.Now, again.Run)).ToList();
        var text = new StringBuilder($"repeated    {Plain.Line(recipe.Run)} of {Plain.Line(recipe.Project)} at {recipe.Commit.Short}\n");
        text.Append($"  fingerprints  {Count(pairs.Count(pair => pair.Then.Fingerprint == pair.Now?.Fingerprint), pairs.Count)}\n");
        text.Append($"  results       {Count(pairs.Count(pair => !Differences(pair.Then, pair.Now, again.Run).Any()), pairs.Count)}\n");
        text.AppendJoin("", differences.Take(MostDifferences).Select(difference => $"  {Plain.Line(difference)}\n"));
        return differences.Count > MostDifferences ? text.Append($"  … and {differences.Count - MostDifferences} more that differ\n").ToString() : text.ToString();
    }

    private static IEnumerable<string> Differences(RecipeTrial then, RecipeTrial? now, string run)
    {
        if (now is null)
        {
            yield return $"trial {then.Number} of the bundle was not run again";
            yield break;
        }

        if (now.State != then.State)
        {
            yield return $"{run}.{now.Number} {now.State}; trial {then.Number} of the bundle {then.State}";
        }

        foreach (var (name, value) in then.Values)
        {
            if (!now.Values.TryGetValue(name, out var other) || !other.Equals(value))
            {
                yield return $"{run}.{now.Number} {name}: {(now.Values.ContainsKey(name) ? Exact(other) : "none")}; trial {then.Number} of the bundle: {Exact(value)}";
            }
        }
    }

    // Two that differ in the last digit are to be seen as such.
    private static string Exact(double value) => FormattableString.Invariant($"{value:R}");

    private static string Count(int equal, int all) => equal == all ? $"all {ValueText.Of(all)} are equal" : $"{equal} of {all} are equal";
}
