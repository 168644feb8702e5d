using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Stores;

namespace GradientCI.Benchmarks;

/// <summary>A store that only counts: the ceiling that a real one is held against.</summary>
internal sealed class CountingStore : IExperimentStore
{
    public long Points { get; private set; }

    public static Task<IExperimentStore> Create(AttemptId attempt) => Task.FromResult<IExperimentStore>(new CountingStore());

    public Task<bool> AppendPointsAsync(
        AttemptId attempt, IReadOnlyList<SeriesChunk> chunks, long logOffset, long droppedPoints, CancellationToken cancellationToken)
    {
        Points += chunks.Sum(chunk => chunk.Points.Count);
        return Task.FromResult(true);
    }

    public Task<long> ReadLogOffsetAsync(AttemptId attempt, CancellationToken cancellationToken) => Task.FromResult(0L);

    public Task<ImmutableArray<(int Trial, string Metric, SeriesSummary Summary)>> ListSummariesAsync(RunId run, CancellationToken cancellationToken) =>
        Task.FromResult(ImmutableArray<(int Trial, string Metric, SeriesSummary Summary)>.Empty);

    public Task PutProjectAsync(Project project, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<Project>> ListProjectsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Run> CreateRunAsync(Run run, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> UpdateRunAsync(RunUpdate update, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task AddTrialsAsync(IReadOnlyList<Trial> trials, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> UpdateTrialAsync(TrialUpdate update, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Run?> FindRunAsync(RunId id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<Run>> ListRunsAsync(RunQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<Trial>> ListTrialsAsync(RunId run, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<Trial>> FindByFingerprintAsync(ProjectId project, string fingerprint, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<MetricPoint>> ReadPointsAsync(TrialId trial, string metric, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RunSnapshot?> ReadSnapshotAsync(RunId id, int curvePoints, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
