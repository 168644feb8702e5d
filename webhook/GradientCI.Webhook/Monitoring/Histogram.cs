using System.Collections.Immutable;

namespace GradientCI.Webhook.Monitoring;

/// <summary>Counts durations by size since the process began. May be used from any thread.</summary>
/// <param name="name">Ends with <c>_seconds</c>.</param>
/// <param name="help">One sentence for people.</param>
/// <param name="bounds">The buckets' upper bounds in seconds, going up; everything larger has a bucket of its own.</param>
public sealed class Histogram(string name, string help, params ImmutableArray<double> bounds)
{
    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;

    /// <summary>Counts one duration; one that a clock set back made negative counts as none.</summary>
    public void Add(TimeSpan duration)
    {
        var seconds = Math.Max(0, duration.TotalSeconds);
        var bucket = 0;
        while (bucket < bounds.Length && seconds > bounds[bucket])
        {
            bucket++;
        }

        lock (_lock)
        {
            _counts[bucket]++;
            _sum += seconds;
        }
    }

    internal MeterFamily Read()
    {
        lock (_lock)
        {
            var samples = ImmutableArray.CreateBuilder<MeterSample>();
            var total = 0L;
            for (var bucket = 0; bucket < _counts.Length; bucket++)
            {
                // A bucket counts all that is not larger than its bound, the smaller buckets' included.
                total += _counts[bucket];
                var bound = bucket < bounds.Length ? bounds[bucket] : double.PositiveInfinity;
                samples.Add(new MeterSample("_bucket", PrometheusText.Labels(("le", PrometheusText.Number(bound))), total));
            }

            samples.Add(new MeterSample("_sum", "", _sum));
            samples.Add(new MeterSample("_count", "", total));
            return new MeterFamily(name, MeterKind.Histogram, help, samples.ToImmutable());
        }
    }
}
