using GradientCI.Metrics;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>Turns the processor time of an attempt's processes into a percentage since the last question.</summary>
internal sealed class UsageMeter
{
    // USER_HZ: 100 on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private long? _ticks;
    private long _timestamp;

    /// <summary>Begins to measure now.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="startsAtZero">Whether the attempt has used nothing yet; otherwise the first question only sets the mark.</param>
    public UsageMeter(TimeProvider time, bool startsAtZero)
    {
        _time = time;
        _ticks = startsAtZero ? 0 : null;
        _timestamp = time.GetTimestamp();
    }

    /// <summary>One core fully used is 100 %; memory is the sum of what is resident, so shared pages count more than once.</summary>
    public IEnumerable<KeyValuePair<string, double>> Sample(IReadOnlyCollection<ProcessStat> processes)
    {
        if (processes.Count == 0)
        {
            yield break;
        }

        if (CpuPercent(processes.Sum(process => process.CpuTicks)) is { } percent)
        {
            yield return new(MetricLimits.SystemPrefix + "cpu_percent", percent);
        }

        yield return new(
            MetricLimits.SystemPrefix + "memory_bytes", processes.Sum(process => process.ResidentPages) * (double)Environment.SystemPageSize);
    }

    // A process that ends unreaped takes its time along, so the sum may fall.
    private double? CpuPercent(long ticks)
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            var seconds = _time.GetElapsedTime(_timestamp, now).TotalSeconds;
            var percent = _ticks is { } before && seconds > 0 ? Math.Max(0, ticks - before) / TicksPerSecond / seconds * 100 : (double?)null;
            (_ticks, _timestamp) = (ticks, now);
            return percent;
        }
    }
}
