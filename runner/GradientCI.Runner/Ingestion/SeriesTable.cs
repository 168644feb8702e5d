using System.Text;
using GradientCI.Metrics;
using GradientCI.Runner.Masking;

namespace GradientCI.Runner.Ingestion;

/// <summary>The series of one trial: counts points, and holds those that the store does not have yet.</summary>
internal sealed class SeriesTable
{
    /// <summary>The most points of one chunk: 64 KB, so that a chunk never lands on the large object heap.</summary>
    public const int ChunkPoints = 2_000;

    private readonly Dictionary<byte[], Series> _series = new(Utf8Names.Comparer);
    private readonly Dictionary<byte[], Series>.AlternateLookup<ReadOnlySpan<byte>> _byName;
    private readonly List<Series> _touched = [];
    private readonly List<SeriesChunk> _sealed = [];

    private readonly SecretMasker _masker;

    /// <summary>A table without series.</summary>
    /// <param name="masker">Keeps secrets out of their names, and numbers that are secrets out of their points: such a value becomes NaN.</param>
    public SeriesTable(SecretMasker? masker = null)
    {
        _byName = _series.GetAlternateLookup<ReadOnlySpan<byte>>();
        _masker = masker ?? SecretMasker.None;
    }

    /// <summary>The time that added points get.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>Points that are not confirmed.</summary>
    public int Waiting { get; private set; }

    /// <summary>Points refused since the last confirmation, because they would start one series too many.</summary>
    public long Dropped { get; private set; }

    /// <summary>The last point of every series.</summary>
    public IEnumerable<KeyValuePair<string, MetricPoint>> Latest =>
        _series.Values.Select(series => KeyValuePair.Create(series.Name, series.Last));

    /// <summary>Puts a series back as the store knows it.</summary>
    public void Restore(string name, SeriesSummary summary) =>
        _series[Encoding.UTF8.GetBytes(name)] = new Series(name) { Count = summary.Count, Last = summary.Last };

    /// <summary>Adds all points of a line that a trial wrote.</summary>
    /// <returns>Whether at least one had a name that a metric may have.</returns>
    public bool Add(FieldList fields, double? x)
    {
        var any = false;
        for (var i = 0; i < fields.Count; i++)
        {
            any |= Add(fields.Name(i), x, fields.Value(i));
        }

        return any;
    }

    /// <summary>Adds a point that a trial wrote; without x, x is the count of the series' points so far.</summary>
    /// <returns>False when no metric may be called so.</returns>
    public bool Add(ReadOnlySpan<byte> name, double? x, double y)
    {
        if (!_byName.TryGetValue(name, out var series))
        {
            if (!MetricName.TryDecode(name, out var text))
            {
                return false;
            }

            if (_masker.Mask(text) is var clean && !string.Equals(clean, text, StringComparison.Ordinal))
            {
                return Add(Encoding.UTF8.GetBytes(clean), x, y);
            }

            if (_series.Count == MetricLimits.SeriesPerTrial)
            {
                Dropped++;
                return true;
            }

            _byName[name] = series = new Series(text);
        }

        Add(series, x is { } given && !_masker.Hides(given) ? given : series.Count, _masker.Hides(y) ? double.NaN : y);
        return true;
    }

    /// <summary>Adds a point of our own measuring, whatever its name.</summary>
    public void AddMeasured(string name, double x, double y)
    {
        var key = Encoding.UTF8.GetBytes(name);
        if (!_series.TryGetValue(key, out var series) && _series.Count < MetricLimits.SeriesPerTrial)
        {
            _series[key] = series = new Series(name);
        }

        if (series is not null)
        {
            Add(series, x, y);
        }
    }

    /// <summary>All points that wait, in order of arrival within each series. They wait on until <see cref="Confirm"/>.</summary>
    public IReadOnlyList<SeriesChunk> Seal()
    {
        foreach (var series in _touched)
        {
            _sealed.Add(series.TakeChunk());
        }

        _touched.Clear();
        return _sealed;
    }

    /// <summary>Forgets the sealed points: the store has them.</summary>
    public void Confirm()
    {
        _sealed.Clear();
        (Waiting, Dropped) = (0, 0);
    }

    private void Add(Series series, double x, double y)
    {
        if (series.IsEmpty)
        {
            _touched.Add(series);
        }

        Waiting++;
        if (series.Add(new MetricPoint(x, y, Now)))
        {
            _touched.Remove(series);
            _sealed.Add(series.TakeChunk());
        }
    }

    private sealed class Series(string name)
    {
        private MetricPoint[] _points = [];
        private int _used;

        public string Name => name;

        public long Count { get; set; }

        public MetricPoint Last { get; set; }

        public bool IsEmpty => _used == 0;

        /// <summary>Adds a point; true when a chunk is full.</summary>
        public bool Add(MetricPoint point)
        {
            if (_used == _points.Length)
            {
                Array.Resize(ref _points, Math.Clamp(_used * 4, 4, ChunkPoints));
            }

            _points[_used++] = point;
            Count++;
            Last = point;
            return _used == ChunkPoints;
        }

        public SeriesChunk TakeChunk()
        {
            var chunk = new SeriesChunk(name, new ArraySegment<MetricPoint>(_points, 0, _used));
            (_points, _used) = ([], 0);
            return chunk;
        }
    }
}
