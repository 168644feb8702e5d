using System.Text.Json.Serialization;

namespace GradientCI.Runner.Executors.Docker.Client.Models;

internal sealed record ContainerStatsResponse(
    [property: JsonPropertyName("cpu_stats")] CpuStats? Cpu, [property: JsonPropertyName("memory_stats")] MemoryStats? Memory);

internal sealed record CpuStats([property: JsonPropertyName("cpu_usage")] CpuUsage? Usage);

/// <param name="Total">Processor time since the start, in nanoseconds.</param>
internal sealed record CpuUsage([property: JsonPropertyName("total_usage")] ulong Total);

/// <param name="Usage">Bytes, the cache of files included.</param>
/// <param name="Stats">The control group's own words; they differ between versions 1 and 2.</param>
internal sealed record MemoryStats(
    [property: JsonPropertyName("usage")] ulong? Usage, [property: JsonPropertyName("stats")] IReadOnlyDictionary<string, ulong>? Stats);
