using GradientCI.Stores;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace GradientCI.Storage.Sqlite;

/// <summary>Copies of a database that others may be writing to.</summary>
public static class DatabaseBackup
{
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
    /// Makes a database that was copied from elsewhere fit for use: brings its schema forward and forgets what belonged to
    /// the other place. Workers did not come along, and the processes of unfinished attempts are none of ours.
    /// </summary>
    /// <param name="path">The database file, in use by nobody.</param>
    /// <param name="time">Dates the upgrade.</param>
    /// <param name="note">Who brings it back; written into it, so that it never comes without.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>How many attempts had not ended; the next worker finds them lost.</returns>
    /// <exception cref="GradientException">It is damaged, or of a newer version.</exception>
    public static Task<int> SettleAsync(string path, TimeProvider time, AuditEntry note, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                using var session = SqliteSession.Open(path, SqliteExperimentStore.Patience);
                if (session.First("PRAGMA integrity_check(1)", row => row.GetString(0)) is not "ok" and var finding)
                {
                    throw StorageFailures.Damaged(path, finding ?? "");
                }

                new SchemaMigrator(path, Migration.All(), time).Migrate(session);
                session.Execute("BEGIN IMMEDIATE");
                session.Execute("DELETE FROM workers");
                session.Execute("UPDATE runs SET attendant = '' WHERE attendant <> ''");
                var open = session.Execute("UPDATE attempts SET handle = '', worker = '' WHERE outcome IS NULL");
                AuditRows.Add(session, note);
                session.Execute("COMMIT");
                return open;
            }
            catch (Exception exception) when (StorageFailures.IsStorageFailure(exception))
            {
                throw StorageFailures.Explain(exception, path);
            }
        },
        cancellationToken);
}
