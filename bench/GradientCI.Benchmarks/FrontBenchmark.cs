using System.Diagnostics;
using System.Globalization;
using GradientCI.Metrics;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;
using GradientCI.Samplers.RandomSearch;
using GradientCI.Testing.Optimization;

namespace GradientCI.Benchmarks;

/// <summary>How much of the space before a front samplers reach with several objectives, and how long a proposal takes.</summary>
internal static class FrontBenchmark
{
    private const int Proposals = 21;
    private static readonly int[] Budgets = [100, 200, 500, 1_000];

    /// <param name="seeds">How many sweeps each figure is the median of.</param>
    /// <param name="most">The largest budget.</param>
    /// <param name="names">The samplers.</param>
    public static void Run(int seeds, int most, params string[] names)
    {
        foreach (var problem in FrontProblems.All)
        {
            foreach (var budget in Budgets.Where(budget => budget <= most))
            {
                var volumes = names.Select(name => $"{name} {Median(problem, SamplerCatalog.BuiltIn.Find(name), seeds, budget).ToString("G6", CultureInfo.InvariantCulture)}");
                Console.WriteLine($"{problem.Name} after {budget:N0}: {string.Join(", ", volumes)} (hypervolumes, medians of {seeds})");
            }
        }

        foreach (var sampler in names.Select(SamplerCatalog.BuiltIn.Find))
        {
            foreach (var objectives in new[] { 2, 3, 5 })
            {
                MeasureTime(sampler, objectives, 1_000);
                MeasureTime(sampler, objectives, 10_000);
            }
        }
    }

    private static double Median(FrontProblem problem, ISampler sampler, int seeds, int budget) => TestFunction.Median(
        [.. Enumerable.Range(0, seeds).AsParallel().Select(seed => problem.Volume(problem.Sweep(sampler, seed, budget), budget))]);

    // The worst case: objectives that have nothing to do with each other, so that fronts are large.
    private static void MeasureTime(ISampler sampler, int objectives, int trials)
    {
        var space = new SearchSpace([.. Enumerable.Range(0, 20).Select(at => new Parameter($"x{at}", new FloatDomain(0, 1), []))]);
        var problem = new SearchProblem(space, 1, new Objective("loss", Direction.Minimize))
        {
            MaxTrials = trials + Proposals,
            Objectives = [.. Enumerable.Range(0, objectives).Select(at => new Objective($"loss{at}", Direction.Minimize))],
        };
        var history = new History();
        while (history.Count < trials)
        {
            var set = new RandomSampler().Propose(problem, history)!;
            history.Add(new Observation(set, set["x0"]!.Value.AsDouble, HasEnded: true) { Values = [.. set.Take(objectives).Select(item => item.Value.AsDouble)] });
        }

        sampler.Propose(problem, history);
        var times = Enumerable.Range(0, Proposals).Select(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            sampler.Propose(problem, history);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }).ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{sampler.Name}: a proposal with {objectives} objectives in 20 dimensions after {trials:N0} trials: {TestFunction.Median(times):F2} ms (median of {Proposals})"));
    }
}
