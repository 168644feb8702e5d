using System.Diagnostics;
using System.Globalization;
using GradientCI.Metrics;
using GradientCI.Samplers;
using GradientCI.Samplers.RandomSearch;
using GradientCI.SearchSpaces;
using GradientCI.Specs;
using GradientCI.Testing.Optimization;

namespace GradientCI.Benchmarks;

/// <summary>How long a proposal takes, and how near to the optimum samplers come, beside Optuna's medians.</summary>
internal static class SamplerBenchmark
{
    private const int Proposals = 51;
    private static readonly int[] Budgets = [50, 100, 200];

    /// <summary>The time per proposal: of samplers that learn from few, in 6 dimensions; of all, in 20.</summary>
    /// <param name="names">The samplers.</param>
    public static void Time(params string[] names)
    {
        foreach (var sampler in names.Select(SamplerCatalog.BuiltIn.Find))
        {
            foreach (var (trials, dimensions) in new[] { (100, 6), (200, 6), (1_000, 20), (10_000, 20) })
            {
                MeasureTime(sampler, trials, dimensions, "a continuum", new FloatDomain(0, 1));
                MeasureTime(sampler, trials, dimensions, "steps", new FloatDomain(0, 1, Step: 0.01));
            }
        }
    }

    /// <summary>The regret on the ten functions.</summary>
    /// <param name="seeds">How many sweeps each median is of.</param>
    /// <param name="names">The samplers, <c>auto</c> among them.</param>
    public static void Regret(int seeds, params string[] names)
    {
        foreach (var name in names)
        {
            var verdicts = TestFunctions.All.Select(function => MeasureRegret(name, function, seeds)).ToList();
            foreach (var (budget, at) in Budgets.Select((budget, at) => (budget, at)))
            {
                Console.WriteLine($"{name} after {budget}: at or below Optuna's median on {verdicts.Count(verdict => verdict[at].IsBetter)} of {verdicts.Count}, worse at p < 0.01 on {verdicts.Count(verdict => verdict[at].Worse < 0.01)}");
            }

            MeasureCrowd(name, seeds * 6);
        }
    }

    private static void MeasureTime(ISampler sampler, int trials, int dimensions, string kind, ParameterDomain domain)
    {
        var problem = new SearchProblem(
            new SearchSpace([.. Enumerable.Range(0, dimensions).Select(at => new Parameter($"x{at}", domain, []))]), 1, new Objective("loss", Direction.Minimize));
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
        var (before, allocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));
        for (var at = 0; at < Proposals; at++)
        {
            var start = Stopwatch.GetTimestamp();
            sampler.Propose(problem, history);
            times[at] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        var cpu = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / Proposals;
        var megabytes = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / Proposals / 1e6;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{sampler.Name}: a proposal in {dimensions} dimensions of {kind} after {trials:N0} trials: {TestFunction.Median(times):F2} ms (median of {Proposals}), {cpu:F2} ms of a core, {megabytes:F1} MB taken and given back"));
    }

    // Ten at a time lose to the delay; how much takes more seeds to tell than the rest.
    private static void MeasureCrowd(string name, int seeds)
    {
        var function = TestFunctions.Named("hartmann6");
        var sampler = SamplerOf(name, function);
        double alone = Median(atOnce: 1), crowded = Median(atOnce: 10), rounds = Median(atOnce: 10, inRounds: true);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name} on {function.Name}, ten at a time: after 100 {crowded:G3} ({crowded / alone:F2} of the sequential {alone:G3}, {seeds} seeds; bar 1.5); in rounds of ten {rounds:G3} ({rounds / alone:F2})"));

        double Median(int atOnce, bool inRounds = false) =>
            TestFunction.Median([.. Enumerable.Range(0, seeds).AsParallel().Select(seed => function.Sweep(sampler, seed, 100, atOnce, inRounds)[^1])]);
    }

    private static (bool IsBetter, double Worse)[] MeasureRegret(string name, TestFunction function, int seeds)
    {
        var sampler = SamplerOf(name, function);
        var sweeps = Enumerable.Range(0, seeds).AsParallel().Select(seed => function.Sweep(sampler, seed, Budgets[^1])).ToArray();
        if (name == "cma-es")
        {
            var rival = Rivals.All[function.Name];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name} on {function.Name}: {Ours(100) / rival.Cma100:G3} of Optuna's CMA-ES after 100, {Ours(200) / rival.Cma200:G3} after 200"));
        }

        double Ours(int budget) => TestFunction.Median([.. sweeps.Select(sweep => sweep[budget - 1])]);

        var compared = Budgets.Select(budget =>
        {
            double[] ours = [.. sweeps.Select(sweep => sweep[budget - 1])], theirs = Anchors.Of(function.Name, budget);
            var worse = MannWhitney.Larger(ours, theirs);
            var (our, their) = (TestFunction.Median(ours), TestFunction.Median(theirs));
            return (Text: string.Create(CultureInfo.InvariantCulture, $"after {budget} {our:G3} ({our / their:G2} of Optuna's {their:G3}, p = {worse:G1})"), IsBetter: our <= their, Worse: worse);
        }).ToArray();
        Console.WriteLine($"{name}{(name == sampler.Name ? "" : $" ({sampler.Name})")} on {function.Name}: {string.Join(", ", compared.Select(each => each.Text))}");
        return [.. compared.Select(each => (each.IsBetter, each.Worse))];
    }

    private static ISampler SamplerOf(string name, TestFunction function) => SamplerCatalog.BuiltIn.Choose(new ExperimentSpec
    {
        Name = function.Name,
        Command = new CommandSpec(["true"], IsShell: true),
        Objectives = [new Objective("loss", Direction.Minimize)],
        Sweep = new SweepSpec { Space = function.Space, MaxTrials = Budgets[^1], Sampler = name },
    }).Sampler;
}
