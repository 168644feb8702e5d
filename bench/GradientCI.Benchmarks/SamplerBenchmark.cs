using System.Diagnostics;
using System.Globalization;
using GradientCI.Metrics;
using GradientCI.Samplers;
using GradientCI.Samplers.RandomSearch;
using GradientCI.SearchSpaces;
using GradientCI.Testing.Optimization;

namespace GradientCI.Benchmarks;

/// <summary>How long a proposal takes, and how near to the optimum samplers come, beside Optuna's medians.</summary>
internal static class SamplerBenchmark
{
    private const int Seeds = 50;
    private const int CrowdSeeds = 300;
    private const int Proposals = 51;

    /// <param name="names">The samplers.</param>
    public static void Run(params string[] names)
    {
        foreach (var sampler in names.Select(SamplerCatalog.BuiltIn.Find))
        {
            foreach (var trials in new[] { 1_000, 10_000 })
            {
                MeasureTime(sampler, trials, "a continuum", new FloatDomain(0, 1));
                MeasureTime(sampler, trials, "steps", new FloatDomain(0, 1, Step: 0.01));
            }
        }

        foreach (var sampler in names.Select(SamplerCatalog.BuiltIn.Find))
        {
            foreach (var function in TestFunctions.All)
            {
                MeasureRegret(sampler, function);
            }

            MeasureCrowd(sampler);
        }
    }

    private static void MeasureTime(ISampler sampler, int trials, string kind, ParameterDomain domain)
    {
        var problem = new SearchProblem(
            new SearchSpace([.. Enumerable.Range(0, 20).Select(at => new Parameter($"x{at}", domain, []))]), 1, new Objective("loss", Direction.Minimize));
        var history = new History();
        var random = new RandomSampler();
        while (history.Count < trials)
        {
            var set = random.Propose(problem, history)!;
            history.Add(new Observation(set, set.Sum(item => item.Value.AsDouble * item.Value.AsDouble), HasEnded: true));
        }

        for (var warmup = 0; warmup < Proposals; warmup++)
        {
            sampler.Propose(problem, history);
        }

        var times = new double[Proposals];
        var before = Environment.CpuUsage.TotalTime;
        for (var at = 0; at < Proposals; at++)
        {
            var start = Stopwatch.GetTimestamp();
            sampler.Propose(problem, history);
            times[at] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        var cpu = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / Proposals;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{sampler.Name}: a proposal in 20 dimensions of {kind} after {trials:N0} trials: {TestFunction.Median(times):F2} ms (median of {Proposals}), {cpu:F2} ms of a core (bar {(trials > 1_000 ? 50 : 10)} ms)"));
    }

    private static void MeasureCrowd(ISampler sampler)
    {
        var function = TestFunctions.Named("hartmann6");
        double alone = Median(atOnce: 1), crowded = Median(atOnce: 10);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{sampler.Name} on {function.Name}, ten at a time: after 100 {crowded:G3} ({crowded / alone:F2} of the sequential {alone:G3}, {CrowdSeeds} seeds; bar 1.5)"));

        double Median(int atOnce) =>
            TestFunction.Median([.. Enumerable.Range(0, CrowdSeeds).AsParallel().Select(seed => function.Sweep(sampler, seed, 100, atOnce)[^1])]);
    }

    private static void MeasureRegret(ISampler sampler, TestFunction function)
    {
        var sweeps = Enumerable.Range(0, Seeds).AsParallel().Select(seed => function.Sweep(sampler, seed, 200)).ToArray();
        var rival = Rivals.All[function.Name];
        Console.WriteLine(sampler.Name == "cma-es"
            ? $"{sampler.Name} on {function.Name}: {Compared(100, rival.Cma100)}, {Compared(200, rival.Cma200)}"
            : $"{sampler.Name} on {function.Name}: {Compared(100, rival.Tpe100)}, {Compared(200, rival.Tpe200)}");

        string Compared(int trials, double theirs)
        {
            var ours = TestFunction.Median([.. sweeps.Select(sweep => sweep[trials - 1])]);
            return string.Create(CultureInfo.InvariantCulture, $"after {trials} {ours:G3} ({ours / theirs:F2} of Optuna's {theirs:G3})");
        }
    }
}
