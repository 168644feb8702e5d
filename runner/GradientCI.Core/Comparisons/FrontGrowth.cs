using System.Collections.Immutable;
using System.Runtime.InteropServices;
using GradientCI.Comparisons.Pareto;

namespace GradientCI.Comparisons;

/// <summary>How the front of a run with several objectives grew, trial by trial.</summary>
/// <remarks>
/// Hypervolumes are measured as in <see cref="FrontComparison"/>, in the ranges of the run's front and the baseline's, a tenth beyond the worst of them, as shares of
/// that box: the last step is what a comparison says. What came early and lies outside counts for nothing.
/// </remarks>
/// <param name="Steps">The hypervolume at each set that was new on the front when its last trial had this number. Of many only some, and the last.</param>
/// <param name="Baseline">That of the baseline's front; null without one.</param>
public sealed record FrontGrowth(ImmutableArray<FrontStep> Steps, double? Baseline)
{
    // A hypervolume of more than three losses takes up to a tenth of a second.
    private const int MostExact = 3;
    private const int MostSteps = 100;
    private const int MostEstimated = 20;

    /// <summary>How the front grew; null when there is none.</summary>
    /// <param name="ranking">The run's.</param>
    /// <param name="before">The front of the baseline; empty without one.</param>
    public static FrontGrowth? Of(Ranking ranking, ImmutableArray<ParameterSetResult> before)
    {
        if (ranking.Front.IsEmpty)
        {
            return null;
        }

        ParameterSetResult[] sets = [.. ranking.Sets.Where(set => set.Front is not null).OrderBy(NumberOf)];
        double[][] ends = [.. before.Select(set => set.Losses)];
        var box = BoxOf([.. ranking.Front.Select(set => set.Losses), .. ends], [.. sets.Select(set => set.Losses), .. ends]);
        var reference = UnitLosses.Reference(box[0].Length);
        var whole = Math.Pow(reference[0], reference.Length);
        var gains = Gains(UnitLosses.Of([.. sets.Select(set => set.Losses)], box));
        var steps = Chosen(gains.Count, reference.Length > MostExact ? MostEstimated : MostSteps)
            .Select(at => new FrontStep(NumberOf(sets[gains[at].Set]), Hypervolume.Of(gains.Take(at + 1).Select(gain => gain.Losses), reference) / whole));
        return new FrontGrowth([.. steps], ends.Length == 0 ? null : Hypervolume.Of(UnitLosses.Of(ends, box), reference) / whole);
    }

    // What is known of a set is known when its last trial has ended.
    private static int NumberOf(ParameterSetResult set) => set.Trials.Max(trial => trial.Trial.Id.Number);

    // A front of one set has no ranges: then those of all sets serve.
    private static double[][] BoxOf(double[][] fronts, double[][] all) =>
        Enumerable.Range(0, fronts[0].Length).All(loss => fronts.Max(losses => losses[loss]) > fronts.Min(losses => losses[loss])) ? fronts : all;

    // Those that none before them beats or equals.
    private static List<(int Set, double[] Losses)> Gains(double[][] losses)
    {
        var (gains, front) = (new List<(int, double[])>(), new List<double[]>());
        for (var set = 0; set < losses.Length; set++)
        {
            var result = losses[set];
            if (!front.Exists(other => other.AsSpan().SequenceEqual(result) || Fronts.Dominates(other, result)))
            {
                front.RemoveAll(other => Fronts.Dominates(result, other));
                front.Add(result);
                gains.Add((set, result));
            }
        }

        return gains;
    }

    // Evenly spread, the last always among them.
    private static IEnumerable<int> Chosen(int count, int most) =>
        count <= most ? Enumerable.Range(0, count) : Enumerable.Range(1, most).Select(step => (int)((long)step * count / most) - 1);
}

/// <summary>The hypervolume of all sets up to a trial.</summary>
/// <param name="Trial">The trial's number.</param>
/// <param name="Hypervolume">The share of the box that they beat.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FrontStep(int Trial, double Hypervolume);
