using GradientCI.Experiments;
using GradientCI.Stores;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace GradientCI.Storage.Sqlite;

/// <content>What is kept and what goes.</content>
public sealed partial class SqliteExperimentStore
{
    // Below this the file is not worth writing anew: free pages are used again anyway.
    private const long WorthCompacting = 8 << 20;

    /// <inheritdoc/>
    public Task<bool> PinRunAsync(RunId run, bool isPinned, Signature by, CancellationToken cancellationToken) =>
        WriteAsync(session => RetentionRows.Pin(session, run, isPinned, by), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteRunAsync(RunId run, Signature? by, CancellationToken cancellationToken) =>
        WriteAsync(session => RetentionRows.Delete(session, run, by), cancellationToken);

    /// <inheritdoc/>
    public async Task<Reclaimed> ReclaimAsync(CancellationToken cancellationToken)
    {
        var before = new FileInfo(_path).Length;
        while (await WriteAsync(RetentionRows.Sweep, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        var free = await Task.Run(Compact, cancellationToken);
        return new Reclaimed(before, new FileInfo(_path).Length, free);
    }

    // VACUUM writes the whole file anew and shuts all others out meanwhile.
    private long Compact()
    {
        try
        {
            using var session = SqliteSession.Open(_path, _patience);
            if (FreeBytes(session) is var free && (free < WorthCompacting || free < new FileInfo(_path).Length / 4 || HasLivingWorker(session)))
            {
                return free;
            }

            session.Execute("VACUUM");
            session.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            return FreeBytes(session);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is raw.SQLITE_FULL or raw.SQLITE_BUSY)
        {
            // Somebody works, or there is no room for the copy: the file stays as large as it is.
            using var session = SqliteSession.Open(_path, _patience);
            return FreeBytes(session);
        }
        catch (Exception exception) when (StorageFailures.IsStorageFailure(exception))
        {
            throw StorageFailures.Explain(exception, _path);
        }
    }

    private bool HasLivingWorker(SqliteSession session) => WorkerRows.List(session, _clock).Any(worker => worker.IsAlive);

    private static long FreeBytes(SqliteSession session) =>
        session.Number("PRAGMA freelist_count")!.Value * session.Number("PRAGMA page_size")!.Value;
}
