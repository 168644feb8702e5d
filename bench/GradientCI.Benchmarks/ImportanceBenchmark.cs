using System.Globalization;
using GradientCI.Importance;
using GradientCI.SearchSpaces;

namespace GradientCI.Benchmarks;

/// <summary>How long it takes to find out which of 20 parameters mattered.</summary>
internal static class ImportanceBenchmark
{
    private const int Times = 5;

    public static void Run()
    {
        var space = new SearchSpace([.. Enumerable.Range(0, 20).Select(at => new Parameter($"x{at}", new FloatDomain(0, 1), []))]);
        foreach (var count in new[] { 40, 1_000, 10_000 })
        {
            var random = new Random(1);
            var sets = Enumerable.Range(0, count).Select(_ => space.At([.. space.Parameters.Select(_ => random.NextDouble())]))
                .Select(set => (set, set.Select((item, at) => item.Value.AsDouble * item.Value.AsDouble / (1 << at)).Sum())).ToArray();
            var times = new double[Times];
            for (var at = 0; at < Times; at++)
            {
                var before = Environment.CpuUsage.TotalTime;
                Importances.Of(space, sets);
                times[at] = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"importance of 20 parameters over {count:N0} sets: {times.Min():F0} ms of a core (least of {Times}), {times[0]:F0} ms the first time"));
        }
    }
}
