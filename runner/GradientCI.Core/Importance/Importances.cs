using System.Collections.Immutable;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;

namespace GradientCI.Importance;

/// <summary>Finds out which parameters mattered: functional analysis of variance over a random forest.</summary>
/// <remarks>
/// Hutter, Hoos, Leyton-Brown (ICML 2014). A forest is grown on the sets that were tried, and its variance over the space is parted
/// among the parameters. A set without a conditional parameter lies in a cell of its own, as large as the share of the space that
/// lacks it. Pure: the same sets give the same analysis.
/// </remarks>
public static class Importances
{
    /// <summary>Fewer sets teach nothing.</summary>
    public const int FewestSets = 10;

    // Optuna's and fANOVA's own forests have 64 and 16 trees; the error hardly changes beyond.
    private const int Trees = 48;

    // The error is how far forests of six trees differ from the whole.
    private const int Parts = 8;

    // More sets sharpen the borders and not the shares, and cost in proportion.
    private const int MostSets = 1_000;
    private const int MostPaired = 3;
    private const int RandomSets = 1_000;
    private const double Decades = 1_000;

    /// <summary>Analyses the sets of a sweep.</summary>
    /// <param name="space">What was searched.</param>
    /// <param name="sets">Sets with the value that they gave; those whose value is not finite are passed over.</param>
    /// <returns>Null when there are too few, when they do not differ, or when all values are equal.</returns>
    public static ImportanceAnalysis? Of(SearchSpace space, IEnumerable<(ParameterSet Parameters, double Value)> sets)
    {
        var known = Thinned([.. sets.Where(set => double.IsFinite(set.Value) && IsIn(space, set.Parameters))]);
        if (known.Length < FewestSets || known.All(set => set.Value == known[0].Value))
        {
            return null;
        }

        var draws = Draw(space);
        Parameter[] varied = [.. space.Parameters.Where(parameter => known.Select(set => set.Parameters[parameter.Name]).Distinct().Skip(1).Any())];
        if (varied.Length == 0)
        {
            return null;
        }

        ImmutableArray<CellAxis> axes = [.. varied.Select(parameter => CellAxis.Of(
            parameter, [.. known.Select(set => set.Parameters[parameter.Name])], parameter.When.IsEmpty ? 1 : draws.Count(draw => draw[parameter.Name] is not null) / (double)draws.Length))];
        var target = Target.Of([.. known.Select(set => set.Value)]);
        var samples = new Samples(
            axes, [.. axes.Select(axis => known.Select(set => (byte)axis.CellOf(set.Parameters[axis.Name])).ToArray())], [.. known.Select(set => target.Learnt(set.Value))]);
        var forest = RegressionForest.Grow(samples, Trees, known.Length);
        byte[][] points = [.. draws.Select(draw => axes.Select(axis => (byte)axis.CellOf(draw[axis.Name])).ToArray())];
        ImmutableArray<double[]> predictions = [.. forest.Trees.Select(tree => points.Select(tree.Predict).ToArray())];
        ImmutableArray<Marginals> marginals = [.. forest.Trees.Select(tree => new Marginals(axes, tree))];
        var whole = new VarianceParts(axes, marginals, predictions);
        VarianceParts[] parts =
        [
            .. Enumerable.Range(0, Parts).Select(part => new VarianceParts(
                axes, [.. marginals.Where((_, tree) => tree % Parts == part)], [.. predictions.Where((_, tree) => tree % Parts == part)])),
        ];
        var ranked = Enumerable.Range(0, axes.Length).Select(axis => (Axis: axis, Share: whole.Share(axis))).OrderByDescending(one => one.Share).ThenBy(one => one.Axis).ToArray();
        var paired = ranked.Take(MostPaired).Select(one => one.Axis).ToArray();
        return new ImportanceAnalysis(
            [.. ranked.Select(one => new ParameterImportance(axes[one.Axis].Name, one.Share, Error(one.Share, parts.Select(part => part.Share(one.Axis)))))],
            [.. PairsOf(paired).Select(pair => Pair(axes, whole, parts, pair)).OrderByDescending(pair => pair.Share)],
            Math.Min(1, forest.Explained), known.Length, target.IsLog)
        {
            Landscape = paired.Length < 2 ? null : LandscapeOf(varied, axes, whole.Means(paired[0], paired[1]), (paired[0], paired[1]), target),
            RandomDraws = [.. Enumerable.Range(0, points.Length).Select(at => target.Read(predictions.Average(tree => tree[at]))).Order()],
        };
    }

    private static bool IsIn(SearchSpace space, ParameterSet set) =>
        space.Parameters.All(parameter => set[parameter.Name] is not { } value || parameter.Domain.Contains(value));

    // Spread evenly over the sweep; the newest are as telling as the oldest.
    private static (ParameterSet Parameters, double Value)[] Thinned((ParameterSet Parameters, double Value)[] sets) => sets.Length <= MostSets
        ? sets
        : [.. Enumerable.Range(0, MostSets).Select(at => sets[(int)((long)at * sets.Length / MostSets)])];

    private static ParameterSet[] Draw(SearchSpace space)
    {
        var draws = new ParameterSet[RandomSets];
        var units = new double[space.Parameters.Length];
        for (var at = 0; at < draws.Length; at++)
        {
            var random = SplitMix64.For(0, at);
            for (var axis = 0; axis < units.Length; axis++)
            {
                units[axis] = random.NextUnit();
            }

            draws[at] = space.At(units);
        }

        return draws;
    }

    private static IEnumerable<(int First, int Second)> PairsOf(int[] axes) =>
        axes.SelectMany((first, at) => axes.Skip(at + 1).Select(second => (first, second)));

    private static PairImportance Pair(ImmutableArray<CellAxis> axes, VarianceParts whole, VarianceParts[] parts, (int First, int Second) pair)
    {
        var share = whole.Share(pair.First, pair.Second);
        return new PairImportance(axes[pair.First].Name, axes[pair.Second].Name, share, Error(share, parts.Select(part => part.Share(pair.First, pair.Second))));
    }

    private static double Error(double share, IEnumerable<double> parts) => Math.Sqrt(parts.Average(part => (part - share) * (part - share)));

    private static Landscape LandscapeOf(Parameter[] varied, ImmutableArray<CellAxis> axes, double[,] means, (int Across, int Up) pair, Target target)
    {
        var (across, up) = (axes[pair.Across], axes[pair.Up]);
        return new Landscape(
            varied[pair.Across], varied[pair.Up], across.Edges, up.Edges,
            [.. Enumerable.Range(0, across.Edges.Length - 1).Select(column => Enumerable.Range(0, up.Edges.Length - 1)
                .Select(row => target.Read(means[column, row])).ToImmutableArray())]);
    }

    /// <summary>What is learnt of a value: itself, or its logarithm where a few great ones would drown the rest.</summary>
    private sealed record Target(bool IsLog, double Middle, double Width)
    {
        public static Target Of(double[] values)
        {
            var isLog = values.Min() > 0 && values.Max() / values.Min() > Decades;
            double low = Bent(values.Min(), isLog), high = Bent(values.Max(), isLog);
            return new Target(isLog, (low / 2) + (high / 2), (high / 2) - (low / 2));
        }

        // From -1 to 1: squares of 1e300 are not numbers any more.
        public double Learnt(double value) => ((Bent(value, IsLog) / 2) - (Middle / 2)) / Width * 2;

        public double Read(double learnt) => IsLog ? Math.Exp((learnt * Width) + Middle) : (learnt * Width) + Middle;

        private static double Bent(double value, bool isLog) => isLog ? Math.Log(value) : value;
    }
}
