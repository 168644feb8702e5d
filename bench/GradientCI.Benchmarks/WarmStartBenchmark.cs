using System.Globalization;
using GradientCI.Metrics;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;
using GradientCI.Testing.Optimization;

namespace GradientCI.Benchmarks;

/// <summary>What a hundred sets of an earlier run are worth to the next, with the same code and with code whose optimum lies elsewhere.</summary>
internal static class WarmStartBenchmark
{
    private const int Known = 100;
    private const double Move = 0.05;
    private static readonly int[] Budgets = [10, 30];
    private static readonly Objective Loss = new("loss", Direction.Minimize);

    /// <param name="seeds">How many sweeps each figure is the median of.</param>
    /// <param name="names">The samplers.</param>
    public static void Run(int seeds, params string[] names)
    {
        foreach (var function in (TestFunction[])[TestFunctions.Named("hartmann6"), TestFunctions.Named("ackley5_asym"), TestFunctions.Named("rosenbrock5"), TestFunctions.MixedConditional])
        {
            foreach (var sampler in names.Select(SamplerCatalog.BuiltIn.Find))
            {
                var cold = Medians(seeds, seed => Best(function, sampler, seed, []), [.. Budgets, Known + Budgets[0]]);
                var warm = Medians(seeds, seed => Best(function, sampler, seed, Earlier(function, sampler, seed, set => set)), Budgets);
                var moved = Medians(seeds, seed => Best(function, sampler, seed, Earlier(function, sampler, seed, set => Moved(function.Space, set))), Budgets);
                Console.WriteLine($"{function.Name}, {sampler.Name}: cold {Text(cold)} after 10, 30 and 110; warm {Text(warm)} after 10 and 30; with an optimum that has moved by a twentieth {Text(moved)} (regrets, medians of {seeds})");
            }
        }
    }

    private static double[] Medians(int seeds, Func<int, double[]> sweep, int[] budgets)
    {
        var sweeps = Enumerable.Range(0, seeds).AsParallel().AsOrdered().Select(sweep).ToArray();
        return [.. budgets.Select(budget => TestFunction.Median([.. sweeps.Select(best => best[Math.Min(budget, best.Length) - 1])]))];
    }

    // Of the new sets alone, the first of which is the best earlier one.
    private static double[] Best(TestFunction function, ISampler sampler, int seed, List<Observation> earlier)
    {
        var trials = earlier.Count == 0 ? Known + Budgets[0] : Budgets[^1];
        var history = Sweep(function.Regret, sampler, new SearchProblem(function.Space, seed, Loss) { MaxTrials = trials }, earlier, trials);
        var best = double.PositiveInfinity;
        return [.. history.Select(set => best = Math.Min(best, set.Value!.Value))];
    }

    private static List<Observation> Earlier(TestFunction function, ISampler sampler, int seed, Func<ParameterSet, ParameterSet> move) =>
        Sweep(set => function.Regret(move(set)), sampler, new SearchProblem(function.Space, seed + 1_000, Loss) { MaxTrials = Known }, [], Known);

    private static List<Observation> Sweep(Func<ParameterSet, double> lossOf, ISampler sampler, SearchProblem problem, List<Observation> earlier, int trials)
    {
        var history = History.After(earlier);
        for (var trial = 0; trial < trials; trial++)
        {
            var set = trial == 0 && earlier.Count > 0 ? earlier.MinBy(each => each.Value)!.Parameters : sampler.Propose(problem, history)!;
            history.Add(new Observation(set, lossOf(set), HasEnded: true));
        }

        return [.. history.Skip(earlier.Count)];
    }

    private static ParameterSet Moved(SearchSpace space, ParameterSet set) => new(set.Select(item =>
        space.Parameters.First(parameter => parameter.Name == item.Key).Domain is FloatDomain { Step: null } domain
            ? KeyValuePair.Create(item.Key, domain.Draw(Math.Min(domain.UnitsOf(item.Value).Middle + Move, Math.BitDecrement(1.0))))
            : item));

    private static string Text(double[] regrets) => string.Join(", ", regrets.Select(regret => regret.ToString("G3", CultureInfo.InvariantCulture)));
}
