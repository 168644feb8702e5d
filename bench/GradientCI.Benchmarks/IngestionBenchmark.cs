using System.Diagnostics;
using GradientCI.Experiments;
using GradientCI.Runner.Ingestion;
using GradientCI.Stores;

namespace GradientCI.Benchmarks;

/// <summary>A whole log through <see cref="AttemptIngestion"/> into a store.</summary>
internal static class IngestionBenchmark
{
    /// <param name="log">The log.</param>
    /// <param name="lines">How many metric lines it has.</param>
    /// <param name="openStore">Opens a store in which the attempt may write: its project, run and trial exist.</param>
    public static async Task RunAsync(MetricLog log, int lines, Func<AttemptId, Task<ISeriesStore>> openStore)
    {
        var attempt = new AttemptId(new TrialId(new RunId(new ProjectId("bench"), "bench", 1), 1), 1);
        var store = await openStore(attempt);
        await using var closing = store as IAsyncDisposable;
        var request = new IngestionRequest { Attempt = attempt, LogPath = log.Path, Workspace = Path.GetTempPath() };

        var watch = Stopwatch.StartNew();
        var ingestion = await AttemptIngestion.StartAsync(request, store, TimeProvider.System, CancellationToken.None);
        await ingestion.CompleteAsync(CancellationToken.None);
        var rate = lines / watch.Elapsed.TotalSeconds;

        Console.WriteLine($"{lines:N0} metric lines, {log.Length >> 20:N0} MB, into {store.GetType().Name}: {rate:N0} lines/s (bar 200,000)");
        Console.WriteLine($"most resident memory: {PeakMemory() >> 20:N0} MB (bar 150)");
    }

    private static long PeakMemory() =>
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, _] ? long.Parse(kilobytes) << 10 : 0;
}
