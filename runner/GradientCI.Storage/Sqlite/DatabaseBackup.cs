using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace GradientCI.Storage.Sqlite;

/// <summary>Copies of a database that others may be writing to.</summary>
public static class DatabaseBackup
{
    /// <summary>The database's file in a data folder.</summary>
    public const string FileName = "gradientci.db";

    /// <summary>Writes a copy of the database as it is at one moment. Writers go on meanwhile.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="target">The copy's file; must not exist.</param>
    /// <param name="cancellationToken">Gives up before it begins.</param>
    /// <exception cref="GradientException">There is no database, it is damaged, or the disk is full.</exception>
    public static Task CopyAsync(string path, string target, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            if (!File.Exists(path))
            {
                throw new GradientException(
                    FailureKind.Usage, $"There is no database {path}.", "Name the data folder with --data DIR, or start a run first.");
            }

            EmptiedDatabase.Refuse(path);
            try
            {
                using var session = SqliteSession.Open(path, SqliteExperimentStore.Patience);
                if (SchemaMigrator.IsForeign(session))
                {
                    throw StorageFailures.Damaged(path, "It holds tables of another program.");
                }

                session.Execute("VACUUM INTO @target", ("@target", target));
            }
            catch (SqliteException exception) when (exception.SqliteErrorCode == raw.SQLITE_FULL)
            {
                throw new GradientException(
                    FailureKind.Environment, $"The disk of {Path.GetDirectoryName(target)} is full; no backup was made.",
                    "Free some space there, or name a folder on another disk.", exception);
            }
            catch (Exception exception) when (StorageFailures.IsStorageFailure(exception))
            {
                throw StorageFailures.Explain(exception, path);
            }
        },
        cancellationToken);

    /// <summary>
    /// Opens a database that was copied from elsewhere: brings its schema forward and forgets what belonged to the other
    /// place. Workers did not come along, and the processes of unfinished attempts are none of ours: they count as lost.
    /// </summary>
    /// <param name="dataFolder">The data folder that it lies in.</param>
    /// <param name="time">Dates the upgrade.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    public static async Task SettleAsync(string dataFolder, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var store = await SqliteExperimentStore.OpenAsync(dataFolder, time, cancellationToken);
        await store.Writer.RunAsync(
            session =>
            {
                session.Execute("DELETE FROM workers");
                session.Execute("UPDATE runs SET attendant = '' WHERE attendant <> ''");
                return session.Execute("UPDATE attempts SET handle = '', worker = '' WHERE outcome IS NULL");
            },
            cancellationToken);
    }
}
