using System.Runtime.InteropServices;

namespace GradientCI.Metrics;

/// <summary>One value of a metric.</summary>
/// <param name="X">The step, epoch or whatever the training code counts.</param>
/// <param name="Y">The value; may be NaN or infinite.</param>
/// <param name="Time">When it was read, UTC.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MetricPoint(double X, double Y, DateTimeOffset Time);

/// <summary>Points of one series of one trial, in order of arrival.</summary>
/// <param name="Metric">The name of the metric.</param>
/// <param name="Points">At least one point.</param>
public sealed record SeriesChunk(string Metric, IReadOnlyList<MetricPoint> Points);

/// <summary>The limits that untrusted output is held to.</summary>
public static class MetricLimits
{
    /// <summary>The longest name of a metric, in characters; longer names are not metrics.</summary>
    public const int NameLength = 200;

    /// <summary>The most series of one trial; points of further series are counted as dropped.</summary>
    public const int SeriesPerTrial = 1_000;

    /// <summary>Names under this prefix are measured by us: <c>system/cpu_percent</c>, <c>system/memory_bytes</c>,
    /// <c>system/gpu_percent</c>, <c>system/gpu_memory_bytes</c>.</summary>
    public const string SystemPrefix = "system/";
}
