using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using GradientCI.Metrics;
using GradientCI.Pruners;
using GradientCI.Samplers;
using GradientCI.Testing.Optimization;

namespace GradientCI.Benchmarks;

/// <summary>What pruning brings with several objectives, and what a judgement costs.</summary>
internal static class FrontPruningBenchmark
{
    private const int Sets = 10_000;
    private const int Epochs = 100 * FrontTraining.Last;

    private static readonly string[] Problems = ["zdt1", "zdt2", "zdt3", "dtlz2"];

    /// <param name="seeds">How many sweeps each figure is the median of.</param>
    public static void Run(int seeds)
    {
        foreach (var training in Problems.Select(name => new FrontTraining(FrontProblems.Named(name))))
        {
            foreach (var sampler in new[] { "random", "tpe", "nsga2" })
            {
                var figures = new[] { ((string?)null, false), ("asha", false), ("asha", true), ("median", false) }.Select(each =>
                    $"{Told(each.Item1, each.Item2)} {Median(training, sampler, each.Item1, each.Item2, seeds).ToString("G4", CultureInfo.InvariantCulture)}");
                Console.WriteLine($"{training.Name}, {sampler}, {Epochs:N0} epochs: {string.Join(", ", figures)} (hypervolumes, medians of {seeds})");
            }
        }

        foreach (var objectives in new[] { 2, 3, 5 })
        {
            MeasureTime(objectives);
        }
    }

    private static string Told(string? pruner, bool pauses) => pruner is null ? "without pruning" : pauses ? $"{pruner} pausing" : pruner;

    private static double Median(FrontTraining training, string sampler, string? pruner, bool pauses, int seeds) => TestFunction.Median(
    [
        .. Enumerable.Range(0, seeds).AsParallel()
            .Select(seed => training.Volume(SamplerCatalog.BuiltIn.Find(sampler), pruner is null ? null : PrunerBenchmark.Of(pruner), pauses, seed, Epochs)),
    ]);

    // Objectives that have nothing to do with each other: of five nearly all sets are on the first fronts.
    private static void MeasureTime(int objectives)
    {
        ImmutableArray<Objective> all = [.. Enumerable.Range(0, objectives).Select(at => new Objective($"loss{at}", Direction.Minimize))];
        var problem = new PruningProblem(all[0], PrunerBenchmark.Of("asha")) { Objectives = all };
        var pruner = PrunerCatalog.BuiltIn.Find("asha");
        var curves = new Curves(pruner, problem);
        var random = new Random(1);
        var times = new List<double>();
        for (var set = 1; set <= Sets; set++)
        {
            curves.Begin(set, set);
            var isLate = set > Sets - 500;
            var start = Stopwatch.GetTimestamp();
            curves.Add(set, 1, [.. all.Select(_ => random.NextDouble())]);
            var reason = isLate || set % 100 == 0 ? pruner.ReasonToPrune(problem, curves, set) : null;
            curves.End(set, reason is null ? CurveEnd.Completed : CurveEnd.Paused);
            if (isLate)
            {
                pruner.NextToResume(problem, curves);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"asha: a judgement by {objectives} objectives and what goes on next, after {Sets - 500:N0} sets: {TestFunction.Median([.. times]):F2} ms (median of 500), {times.Max():F2} at most"));
    }
}
