using System.Collections.Immutable;
using System.Globalization;
using GradientCI.Metrics;

namespace GradientCI.Runner.Hosts;

/// <summary>The use of GPUs, asked of the driver at most every few seconds for all attempts together.</summary>
/// <param name="nvidiaSmi">Whom to ask.</param>
/// <param name="time">The clock.</param>
public sealed class GpuMeter(NvidiaSmi nvidiaSmi, TimeProvider time)
{
    private const double MebiByte = 1024 * 1024;

    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private Task _question = Task.CompletedTask;
    private long? _askedAt;
    private volatile Reading? _last;

    /// <summary>The last reading for some GPUs: the mean of their load, the sum of their used memory.</summary>
    /// <remarks>Never waits: an old reading is given out, and a new one asked for. The use of a shared GPU is everybody's.</remarks>
    /// <returns>Metrics; none when the driver tells nothing of one of the GPUs.</returns>
    public IReadOnlyList<KeyValuePair<string, double>> Sample(ImmutableArray<int> gpus)
    {
        Refresh();
        if (_last is not { } reading || time.GetElapsedTime(reading.Timestamp) > Stale || !gpus.All(reading.Gpus.ContainsKey))
        {
            return [];
        }

        return
        [
            new(MetricLimits.SystemPrefix + "gpu_percent", gpus.Average(gpu => reading.Gpus[gpu].Percent)),
            new(MetricLimits.SystemPrefix + "gpu_memory_bytes", gpus.Sum(gpu => reading.Gpus[gpu].MemoryBytes)),
        ];
    }

    /// <summary>Ends when the question on its way is answered.</summary>
    internal Task WhenAnsweredAsync()
    {
        lock (_lock)
        {
            return _question;
        }
    }

    private void Refresh()
    {
        lock (_lock)
        {
            if (_question.IsCompleted && (_askedAt is null || time.GetElapsedTime(_askedAt.Value) >= AskAgain))
            {
                _askedAt = time.GetTimestamp();
                _question = Task.Run(AskAsync);
            }
        }
    }

    private async Task AskAsync()
    {
        var rows = await nvidiaSmi.QueryAsync("index,utilization.gpu,memory.used", CancellationToken.None);
        var gpus = new Dictionary<int, (double, double)>();
        foreach (var row in rows)
        {
            if (row.Length == 3 && int.TryParse(row[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && TryNumber(row[1], out var percent) && TryNumber(row[2], out var memory))
            {
                gpus[index] = (percent, memory * MebiByte);
            }
        }

        _last = new Reading(time.GetTimestamp(), gpus);
    }

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    private sealed record Reading(long Timestamp, IReadOnlyDictionary<int, (double Percent, double MemoryBytes)> Gpus);
}
