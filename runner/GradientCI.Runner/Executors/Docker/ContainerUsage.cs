using GradientCI.Metrics;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>What a container uses. Each question is answered with what the Engine said to the one before.</summary>
internal sealed class ContainerUsage(ContainerOperations containers, string id, TimeProvider time)
{
    private readonly Lock _lock = new();
    private IReadOnlyList<KeyValuePair<string, double>> _latest = [];
    private Task _asking = Task.CompletedTask;
    private (long Timestamp, ulong Nanoseconds)? _before;

    /// <summary>Processor and memory; empty until the Engine was asked once.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Sample()
    {
        lock (_lock)
        {
            _asking = _asking.IsCompleted ? Task.Run(AskAsync) : _asking;
            return _latest;
        }
    }

    private async Task AskAsync()
    {
        try
        {
            var stats = await containers.GetContainerStatsAsync(id, CancellationToken.None);
            lock (_lock)
            {
                _latest = Read(stats);
            }
        }
        catch (DockerApiException)
        {
            // It has ended, or will be asked again.
            lock (_lock)
            {
                _latest = [];
            }
        }
    }

    private List<KeyValuePair<string, double>> Read(ContainerStatsResponse stats)
    {
        var usage = new List<KeyValuePair<string, double>>();
        if (stats.Cpu?.Usage is { Total: > 0 } cpu)
        {
            var now = time.GetTimestamp();
            if (_before is { } before && time.GetElapsedTime(before.Timestamp, now).TotalNanoseconds is > 0 and var passed && cpu.Total >= before.Nanoseconds)
            {
                usage.Add(new(MetricLimits.SystemPrefix + "cpu_percent", (cpu.Total - before.Nanoseconds) / passed * 100));
            }

            _before = (now, cpu.Total);
        }

        if (stats.Memory is { Usage: { } bytes } memory)
        {
            // What the kernel would give up at once is not used: as `docker stats` counts.
            var cache = memory.Stats?.GetValueOrDefault("inactive_file", memory.Stats.GetValueOrDefault("total_inactive_file")) ?? 0;
            usage.Add(new(MetricLimits.SystemPrefix + "memory_bytes", bytes - Math.Min(cache, bytes)));
        }

        return usage;
    }
}
