using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;

namespace GradientCI.Stores;

/// <summary>The series of trials: what ingestion writes. One transaction per method, as in <see cref="IExperimentStore"/>.</summary>
public interface ISeriesStore
{
    /// <summary>Adds points to series of a trial, and how far the attempt's log has been read, in one transaction.</summary>
    /// <param name="attempt">Only the trial's newest attempt may add; a write of an older one is refused.</param>
    /// <param name="worker">The attempt's owner; a write of another is refused.</param>
    /// <param name="chunks">Points in order of arrival; may be empty.</param>
    /// <param name="logOffset">Bytes of the attempt's log that have been parsed; a smaller number than before changes nothing.</param>
    /// <param name="droppedPoints">Points beyond the limits since the last call.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>Whether it was the newest attempt, and its owner's write.</returns>
    Task<bool> AppendPointsAsync(
        AttemptId attempt, WorkerId worker, IReadOnlyList<SeriesChunk> chunks, long logOffset, long droppedPoints, CancellationToken cancellationToken);

    /// <summary>How many bytes of an attempt's log have been parsed.</summary>
    Task<long> ReadLogOffsetAsync(AttemptId attempt, CancellationToken cancellationToken);

    /// <summary>The summaries of all series of a run: trial number, metric, summary.</summary>
    Task<ImmutableArray<(int Trial, string Metric, SeriesSummary Summary)>> ListSummariesAsync(RunId run, CancellationToken cancellationToken);

    /// <summary>The same of one trial, by metric; the cost does not grow with the run.</summary>
    Task<ImmutableArray<(string Metric, SeriesSummary Summary)>> ListSummariesAsync(TrialId trial, CancellationToken cancellationToken);

    /// <summary>All points of one series in order of arrival; empty when there is none.</summary>
    Task<ImmutableArray<MetricPoint>> ReadPointsAsync(TrialId trial, string metric, CancellationToken cancellationToken);

    /// <summary>The points of one series behind the first so many; the cost does not grow with those.</summary>
    Task<ImmutableArray<MetricPoint>> ReadPointsAsync(TrialId trial, string metric, long after, CancellationToken cancellationToken);
}
