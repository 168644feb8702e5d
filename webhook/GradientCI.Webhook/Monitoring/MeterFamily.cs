using System.Collections.Immutable;

namespace GradientCI.Webhook.Monitoring;

/// <summary>A number of ours as Prometheus names it, with everything that is measured under that name.</summary>
/// <param name="Name">Begins with <c>gradientci_</c>; letters, digits and underscores.</param>
/// <param name="Kind">What may be done with it.</param>
/// <param name="Help">One sentence for people.</param>
/// <param name="Samples">The values, at most one of each suffix and labels.</param>
public sealed record MeterFamily(string Name, MeterKind Kind, string Help, ImmutableArray<MeterSample> Samples)
{
    /// <summary>One value that goes up and down.</summary>
    public static MeterFamily Gauge(string name, string help, double value) => new(name, MeterKind.Gauge, help, [new MeterSample("", "", value)]);

    /// <summary>Several values that go up and down.</summary>
    public static MeterFamily Gauge(string name, string help, IEnumerable<MeterSample> samples) => new(name, MeterKind.Gauge, help, [.. samples]);
}

/// <summary>One value.</summary>
/// <param name="Suffix">What follows the family's name: <c>_bucket</c>, or nothing.</param>
/// <param name="Labels">As <see cref="PrometheusText.Labels"/> writes them.</param>
/// <param name="Value">The value.</param>
public sealed record MeterSample(string Suffix, string Labels, double Value);

/// <summary>What may be done with a number.</summary>
public enum MeterKind
{
    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Only goes up, and begins at 0 with the process.</summary>
    Counter,

    /// <summary>Counts values by size.</summary>
    Histogram,
}
