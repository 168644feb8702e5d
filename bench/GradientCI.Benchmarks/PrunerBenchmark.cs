using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using GradientCI.Metrics;
using GradientCI.Pruners;
using GradientCI.Samplers;
using GradientCI.Specs;
using GradientCI.Testing.Optimization;

namespace GradientCI.Benchmarks;

/// <summary>What pruners save and what they lose, on trainings in closed form.</summary>
internal static class PrunerBenchmark
{
    private const int Trials = 100;
    private const int Curves = 10_000;

    private static readonly string[] Samplers = ["random", "tpe"];
    private static readonly PrunerSpec Asha = Of("asha");

    /// <param name="seeds">How many sweeps of each kind.</param>
    /// <param name="parts">What is measured: <c>kept</c>, <c>budget</c>, <c>misled</c>, <c>workers</c>, <c>fronts</c>, <c>time</c>; all when none is named.</param>
    public static void Run(int seeds, params string[] parts)
    {
        var crossing = LearningCurve.Crossing;
        foreach (var pruner in Asked("kept") ? new[] { "median", "percentile", "hyperband", "asha" } : [])
        {
            MeasureKept(crossing, Of(pruner), seeds);
        }

        foreach (var sampler in Asked("budget") ? Samplers : [])
        {
            foreach (var (pruner, pauses) in new (PrunerSpec?, bool)[] { (null, false), (Of("median"), false), (Of("hyperband"), false), (Of("hyperband"), true), (Asha, false), (Asha, true) })
            {
                MeasureRegret(crossing, sampler, pruner, pauses, seeds);
            }
        }

        foreach (var training in Asked("misled") ? LearningCurve.Misleading : [])
        {
            foreach (var sampler in Samplers)
            {
                MeasureMisled(training, sampler, seeds);
            }
        }

        if (Asked("workers"))
        {
            MeasureWorkers(crossing, seeds);
        }

        if (Asked("fronts"))
        {
            FrontPruningBenchmark.Run(seeds);
        }

        foreach (var pruner in Asked("time") ? new[] { "median", "asha", "hyperband" } : [])
        {
            MeasureTime(Of(pruner));
        }

        bool Asked(string part) => parts.Length == 0 || parts.Contains(part, StringComparer.Ordinal);
    }

    internal static PrunerSpec Of(string name) => new(name, ImmutableSortedDictionary<string, double>.Empty);

    private static ISampler Sampler(string name) => SamplerCatalog.BuiltIn.Find(name);

    private static PruningSimulation[] Sweeps(int seeds, Func<int, PruningSimulation> sweep) => [.. Enumerable.Range(0, seeds).AsParallel().AsOrdered().Select(seed => sweep(seed).Run())];

    private static double Median(IEnumerable<double> values) => TestFunction.Median([.. values]);

    private static void MeasureKept(LearningCurve training, PrunerSpec pruner, int seeds)
    {
        var sweeps = Sweeps(seeds, seed => new PruningSimulation(training, Sampler("random"), pruner, seed) { Trials = Trials });
        var kept = sweeps.Count(sweep => sweep.Completed.Contains(sweep.Best));
        var share = Median(sweeps.Select(sweep => sweep.Epochs / (double)(Trials * training.Last)));
        Print($"random with {pruner.Name}, {Trials} trials: the best of them kept in {kept} of {seeds}; {share:P1} of the epochs, {Median(sweeps.Select(sweep => (double)sweep.Completed.Count))} ran to their end (medians)");
    }

    private static void MeasureRegret(LearningCurve training, string sampler, PrunerSpec? pruner, bool pauses, int seeds)
    {
        var sweeps = Sweeps(seeds, seed => new PruningSimulation(training, Sampler(sampler), pruner, seed) { Budget = Trials * training.Last, Pauses = pauses });
        Print($"{Told(sampler, pruner, pauses)}, {Trials * training.Last:N0} epochs: regret {Median(sweeps.Select(sweep => sweep.Regret)):G3} (median of {seeds}), {Median(sweeps.Select(sweep => (double)sweep.Sets)):N0} sets, {Median(sweeps.Select(sweep => (double)sweep.Completed.Count))} to their end");
    }

    private static void MeasureMisled(LearningCurve training, string sampler, int seeds)
    {
        var without = RegretWith(null, pauses: false);
        foreach (var (pruner, pauses) in new[] { (Asha, false), (Asha, true), (Of("hyperband"), false), (Of("median"), false) })
        {
            var regret = RegretWith(pruner, pauses);
            Print($"{training.Name}, {Told(sampler, pruner, pauses)}: regret {regret:G3}, {regret / without:F2} of {without:G3} without pruning at {Trials * training.Last:N0} epochs");
        }

        double RegretWith(PrunerSpec? pruner, bool pauses) => Median(Sweeps(seeds, seed =>
            new PruningSimulation(training, Sampler(sampler), pruner, seed) { Budget = Trials * training.Last, Pauses = pauses }).Select(sweep => sweep.Regret));
    }

    private static void MeasureWorkers(LearningCurve training, int seeds)
    {
        foreach (var workers in new[] { 1, 25, 100, 500 })
        {
            var sweeps = Sweeps(Math.Min(seeds, 10), seed =>
                new PruningSimulation(training, Sampler("random"), Asha, seed) { Workers = workers, Straggling = 1, Trials = 10_000, Pauses = true });
            Print($"{workers} workers, the speeds of trials lognormal with sigma 1, 10,000 trials: {sweeps.Min(sweep => sweep.Utilisation):P2} of their time used (the least), a regret of 0.8 after {Median(sweeps.Select(sweep => sweep.TimeToGood)):F1} (median)");
        }
    }

    private static void MeasureTime(PrunerSpec spec)
    {
        var problem = new PruningProblem(new Objective("loss", Direction.Minimize), spec);
        var pruner = PrunerCatalog.BuiltIn.Find(spec.Name);
        var curves = new Curves(pruner, problem);
        var random = new Random(1);
        var (first, last) = (0.0, 0.0);
        for (var trial = 1; trial <= Curves; trial++)
        {
            var start = Stopwatch.GetTimestamp();
            curves.Begin(trial, trial);
            for (var step = 1; step <= 81; step++)
            {
                if (curves.Add(trial, step, random.NextDouble()))
                {
                    pruner.ReasonToPrune(problem, curves, trial);
                }
            }

            curves.End(trial, CurveEnd.Completed);
            var spent = Stopwatch.GetElapsedTime(start).TotalMicroseconds / 81;
            (first, last) = (first + (trial is > 100 and <= 1_100 ? spent / 1_000 : 0), last + (trial > Curves - 1_000 ? spent / 1_000 : 0));
        }

        Print($"{spec.Name}: {first:F1} µs a point after 100 trials, {last:F1} after {Curves - 1_000:N0}");
    }

    private static string Told(string sampler, PrunerSpec? pruner, bool pauses) =>
        pruner is null ? $"{sampler} without pruning" : $"{sampler} with {pruner.Name}{(pauses ? ", pausing" : "")}";

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
