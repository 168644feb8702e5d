using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <summary>The record in one SQLite file, <c>gradientci.db</c>, in the data folder.</summary>
/// <remarks>
/// WAL with synchronous NORMAL: a commit survives the death of the process, SIGKILL included. A power cut may take the
/// commits since the last checkpoint with it, never the file's consistency; attempts died with the power anyway.
/// One connection writes, and others read at the same time.
/// </remarks>
public sealed partial class SqliteExperimentStore : IExperimentStore, IWorkQueue
{
    /// <summary>How long a write waits for another process's transaction.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _path;
    private readonly TimeSpan _patience;
    private readonly LeaseClock _clock;
    private readonly Stack<SqliteSession> _readers = new();
    private bool _disposed;

    private SqliteExperimentStore(string path, TimeSpan patience, SqliteWriter writer, LeaseClock clock)
    {
        _clock = clock;
        _path = path;
        _patience = patience;
        Writer = writer;
    }

    /// <summary>
    /// Called when a write finds the disk full, with the problem; when it returns the write is tried again. Without it
    /// the write fails.
    /// </summary>
    public Func<GradientException, CancellationToken, Task>? AwaitSpace { get; set; }

    internal SqliteWriter Writer { get; }

    /// <summary>Opens the record of a data folder, and makes or upgrades it where needed.</summary>
    /// <param name="dataFolder">The folder; made when there is none.</param>
    /// <param name="time">Dates the upgrades.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <exception cref="GradientException">The folder cannot be used, or a newer version wrote it.</exception>
    public static Task<SqliteExperimentStore> OpenAsync(string dataFolder, TimeProvider time, CancellationToken cancellationToken) =>
        OpenAsync(dataFolder, time, Migration.All(), Patience, LeaseClock.OfTheMachine, cancellationToken);

    internal static Task<SqliteExperimentStore> OpenAsync(
        string dataFolder, TimeProvider time, IReadOnlyList<Migration> migrations, TimeSpan patience, LeaseClock clock, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Path.GetFullPath(dataFolder), "gradientci.db");
        return Task.Run(() => Open(path, time, migrations, patience, clock), cancellationToken);
    }

    /// <inheritdoc/>
    public Task PutProjectAsync(Project project, CancellationToken cancellationToken) => WriteAsync(
        session =>
        {
            RunRows.PutProject(session, project);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Project>> ListProjectsAsync(CancellationToken cancellationToken) => ReadAsync(RunRows.ListProjects, cancellationToken);

    /// <inheritdoc/>
    public Task<Run> CreateRunAsync(Run run, Signature? by, CancellationToken cancellationToken) =>
        WriteAsync(session => RunRows.Create(session, run, by), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<EarlierSet>> ListEarlierSetsAsync(RunId run, CancellationToken cancellationToken) =>
        ReadAsync(session => EarlierSetRows.List(session, run), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> UpdateRunAsync(RunUpdate update, CancellationToken cancellationToken) =>
        WriteAsync(session => RunRows.Update(session, update), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> AddTrialsAsync(IReadOnlyList<Trial> trials, CancellationToken cancellationToken) =>
        WriteAsync(session => TrialRows.Add(session, trials), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> UpdateTrialAsync(TrialUpdate update, CancellationToken cancellationToken) =>
        WriteAsync(session => TrialRows.Update(session, update), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> AppendPointsAsync(
        AttemptId attempt, WorkerId worker, IReadOnlyList<SeriesChunk> chunks, long logOffset, long droppedPoints, CancellationToken cancellationToken) => WriteAsync(
        session =>
        {
            if (TrialRows.KeyOfOwned(session, attempt, worker) is not { } trial)
            {
                return false;
            }

            foreach (var chunk in chunks)
            {
                SeriesRows.Append(session, trial, chunk);
            }

            TrialRows.Advance(session, trial, attempt.Number, logOffset, droppedPoints);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<long> ReadLogOffsetAsync(AttemptId attempt, CancellationToken cancellationToken) =>
        ReadAsync(session => TrialRows.ReadLogOffset(session, attempt), cancellationToken);

    /// <inheritdoc/>
    public Task<Run?> FindRunAsync(RunId id, CancellationToken cancellationToken) => ReadAsync(session => RunRows.Find(session, id), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Run>> ListRunsAsync(RunQuery query, CancellationToken cancellationToken) =>
        ReadAsync(session => RunRows.List(session, query), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Trial>> ListTrialsAsync(RunId run, CancellationToken cancellationToken) =>
        ReadAsync(session => TrialRows.List(session, run), cancellationToken);

    /// <inheritdoc/>
    public Task<RunPage> ListRunPageAsync(RunQuery query, CancellationToken cancellationToken) =>
        ReadAsync(session => RunRows.ListPage(session, query), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Trial>> ListTrialsAsync(RunId run, int after, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => TrialRows.List(session, run, after, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableSortedDictionary<TrialState, int>> CountTrialsAsync(RunId run, CancellationToken cancellationToken) =>
        ReadAsync(session => TrialRows.Count(session, run), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<MetricPoint>> ReadCurveAsync(TrialId trial, string metric, int points, CancellationToken cancellationToken) =>
        ReadAsync(session => SeriesRows.ReadCurve(session, trial, metric, points), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Trial>> FindByFingerprintAsync(ProjectId project, string fingerprint, CancellationToken cancellationToken) =>
        ReadAsync(session => TrialRows.FindByFingerprint(session, project, fingerprint), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<(int Trial, string Metric, SeriesSummary Summary)>> ListSummariesAsync(RunId run, CancellationToken cancellationToken) =>
        ReadAsync(session => SeriesRows.ListSummaries(session, run), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<(string Metric, SeriesSummary Summary)>> ListSummariesAsync(TrialId trial, CancellationToken cancellationToken) =>
        ReadAsync(session => SeriesRows.ListSummaries(session, trial), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<MetricPoint>> ReadPointsAsync(TrialId trial, string metric, CancellationToken cancellationToken) =>
        ReadAsync(session => SeriesRows.ReadPoints(session, trial, metric), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<MetricPoint>> ReadPointsAsync(TrialId trial, string metric, long after, CancellationToken cancellationToken) =>
        ReadAsync(session => SeriesRows.ReadPoints(session, trial, metric, after), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> TakeOverResultAsync(TrialId trial, TrialId from, CancellationToken cancellationToken) =>
        WriteAsync(session => ReuseRows.TakeOver(session, trial, from), cancellationToken);

    /// <inheritdoc/>
    public Task<RunSnapshot?> ReadSnapshotAsync(RunId id, int curvePoints, CancellationToken cancellationToken) => ReadAsync(
        session =>
        {
            if (RunRows.Find(session, id) is not { } run)
            {
                return null;
            }

            var key = RunRows.Key(session, id)!.Value;
            var series = SeriesRows.ReadSnapshots(session, key, curvePoints);
            return new RunSnapshot(
                run,
                [
                    .. TrialRows.ListWithKeys(session, key).Select(row => new TrialSnapshot(
                        row.Trial, series[row.Key].ToImmutableSortedDictionary(StringComparer.Ordinal), row.Dropped)),
                ])
            {
                IsPullRequest = PullRequestRows.IsHead(session, id.Project, run.Commit.Sha),
            };
        },
        cancellationToken);

    /// <summary>Waits for the writes that were asked for, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        lock (_readers)
        {
            _disposed = true;
            while (_readers.TryPop(out var session))
            {
                session.Dispose();
            }
        }
    }

    private static SqliteExperimentStore Open(string path, TimeProvider time, IReadOnlyList<Migration> migrations, TimeSpan patience, LeaseClock clock)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (File.Exists(folder))
        {
            throw new GradientException(FailureKind.Environment, $"The data folder {folder} is a file.", "Use another --data folder.");
        }

        try
        {
            Directory.CreateDirectory(folder);
            EmptiedDatabase.Refuse(path);
            var session = SqliteSession.Open(path, patience);
            try
            {
                new SchemaMigrator(path, migrations, time).Migrate(session);
                return new SqliteExperimentStore(path, patience, new SqliteWriter(session), clock);
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (StorageFailures.IsStorageFailure(exception))
        {
            throw StorageFailures.Explain(exception, path);
        }
    }

    private async Task<T> WriteAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await Writer.RunAsync(work, cancellationToken);
            }
            catch (Exception exception) when (StorageFailures.IsStorageFailure(exception))
            {
                var told = StorageFailures.Explain(exception, _path);
                if (AwaitSpace is null || !StorageFailures.IsFull(exception))
                {
                    throw told;
                }

                await AwaitSpace(told, cancellationToken);
            }
        }
    }

    // SQLite's own calls block, so a read takes a thread of the pool and leaves the caller's alone.
    private Task<T> ReadAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                var session = Rent();
                try
                {
                    // One transaction, so that several statements see one moment.
                    session.Execute("BEGIN");
                    var result = read(session);
                    session.Execute("COMMIT");
                    Return(session);
                    return result;
                }
                catch
                {
                    session.Dispose();
                    throw;
                }
            }
            catch (Exception exception) when (StorageFailures.IsStorageFailure(exception))
            {
                throw StorageFailures.Explain(exception, _path);
            }
        },
        cancellationToken);

    private SqliteSession Rent()
    {
        lock (_readers)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_readers.TryPop(out var session))
            {
                return session;
            }
        }

        return SqliteSession.Open(_path, _patience);
    }

    private void Return(SqliteSession session)
    {
        lock (_readers)
        {
            if (!_disposed)
            {
                _readers.Push(session);
                return;
            }
        }

        session.Dispose();
    }
}
