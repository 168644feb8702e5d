using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Stores;

namespace GradientCI.Benchmarks;

/// <summary>A store that only counts: the ceiling that a real one is held against.</summary>
internal sealed class CountingStore : ISeriesStore
{
    public long Points { get; private set; }

    public static Task<ISeriesStore> Create(AttemptId attempt) => Task.FromResult<ISeriesStore>(new CountingStore());

    public Task<bool> AppendPointsAsync(
        AttemptId attempt, WorkerId worker, IReadOnlyList<SeriesChunk> chunks, long logOffset, long droppedPoints, CancellationToken cancellationToken)
    {
        Points += chunks.Sum(chunk => chunk.Points.Count);
        return Task.FromResult(true);
    }

    public Task<long> ReadLogOffsetAsync(AttemptId attempt, CancellationToken cancellationToken) => Task.FromResult(0L);

    public Task<ImmutableArray<(int Trial, string Metric, SeriesSummary Summary)>> ListSummariesAsync(RunId run, CancellationToken cancellationToken) =>
        Task.FromResult(ImmutableArray<(int Trial, string Metric, SeriesSummary Summary)>.Empty);

    public Task<ImmutableArray<(string Metric, SeriesSummary Summary)>> ListSummariesAsync(TrialId trial, CancellationToken cancellationToken) =>
        Task.FromResult(ImmutableArray<(string Metric, SeriesSummary Summary)>.Empty);

    public Task<ImmutableArray<MetricPoint>> ReadPointsAsync(TrialId trial, string metric, CancellationToken cancellationToken) =>
        Task.FromResult(ImmutableArray<MetricPoint>.Empty);

    public Task<ImmutableArray<MetricPoint>> ReadPointsAsync(TrialId trial, string metric, long after, CancellationToken cancellationToken) =>
        Task.FromResult(ImmutableArray<MetricPoint>.Empty);
}
