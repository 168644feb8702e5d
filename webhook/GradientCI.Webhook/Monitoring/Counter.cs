namespace GradientCI.Webhook.Monitoring;

/// <summary>Counts events since the process began, apart by labels. May be used from any thread.</summary>
/// <param name="name">Ends with <c>_total</c>.</param>
/// <param name="help">One sentence for people.</param>
/// <param name="labels">The labels' names.</param>
public sealed class Counter(string name, string help, params string[] labels)
{
    // What a label says may come from outside; memory and the scrape must not grow with it.
    private const int MostSeries = 200;
    private const string Other = "other";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long> _counts = labels.Length == 0 ? new(StringComparer.Ordinal) { [""] = 0 } : new(StringComparer.Ordinal);

    /// <summary>Counts one event.</summary>
    /// <param name="values">The labels' values, one for each name. Beyond 200 different ones they are counted as <c>other</c>.</param>
    public void Add(params ReadOnlySpan<string> values)
    {
        var key = Key(values);
        lock (_lock)
        {
            if (_counts.Count >= MostSeries && !_counts.ContainsKey(key))
            {
                key = Key([.. labels.Select(_ => Other)]);
            }

            _counts[key] = _counts.GetValueOrDefault(key) + 1;
        }
    }

    internal MeterFamily Read()
    {
        lock (_lock)
        {
            return new MeterFamily(name, MeterKind.Counter, help, [.. _counts.Select(each => new MeterSample("", each.Key, each.Value))]);
        }
    }

    private string Key(ReadOnlySpan<string> values)
    {
        var pairs = new (string, string)[labels.Length];
        for (var at = 0; at < pairs.Length; at++)
        {
            pairs[at] = (labels[at], values[at]);
        }

        return PrometheusText.Labels(pairs);
    }
}
