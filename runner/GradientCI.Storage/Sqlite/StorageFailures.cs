using System.Text.Json;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace GradientCI.Storage.Sqlite;

/// <summary>Makes sentences of what SQLite and the file system complain about.</summary>
internal static class StorageFailures
{
    // Linux's ENOSPC and EDQUOT.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    /// <summary>Whether an exception means that the storage is broken, and is not our own mistake.</summary>
    public static bool IsStorageFailure(Exception exception) => exception is
        SqliteException { SqliteErrorCode: not raw.SQLITE_CONSTRAINT } or JsonException or FormatException or IOException or UnauthorizedAccessException;

    /// <summary>Whether the disk is full, or the user's share of it.</summary>
    public static bool IsFull(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: raw.SQLITE_FULL } or IOException { HResult: NoSpace or QuotaExceeded };

    /// <summary>Says what is wrong with the database, and what to do about it.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="path">The database file.</param>
    public static GradientException Explain(Exception exception, string path)
    {
        var folder = Path.GetDirectoryName(path);
        var (message, remedy) = (exception as SqliteException)?.SqliteErrorCode switch
        {
            _ when IsFull(exception) => (
                $"The disk of the data folder {folder} is full; the step that found it so was not recorded.",
                "Free some space, or use another --data folder, and start again: what was recorded before is safe."),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => (
                $"The database {path} was locked by another process for too long.",
                $"Find that process with 'fuser {path}', let it end, and try again."),
            raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_AUTH => Unwritable(folder),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => DamagedText(path),
            null when exception is JsonException or FormatException => DamagedText(path),
            null when exception is UnauthorizedAccessException or DirectoryNotFoundException or FileNotFoundException => Unwritable(folder),
            _ => (
                $"The database {path} could not be read or written: {exception.Message.TrimEnd('.')}.",
                "Look for errors of the disk ('dmesg'), and try again."),
        };
        return new GradientException(FailureKind.Environment, message, remedy, exception);
    }

    private static (string Message, string Remedy) Unwritable(string? folder) => (
        $"The data folder {folder} cannot be written.",
        "Give your user write permission to it, or use another --data folder.");

    /// <summary>Says that a file is not what it should be.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="finding">A sentence on what was found.</param>
    public static GradientException Damaged(string path, string finding)
    {
        var (message, remedy) = DamagedText(path);
        return new GradientException(FailureKind.Environment, $"{message} {finding}", remedy);
    }

    private static (string Message, string Remedy) DamagedText(string path) => (
        $"The database {path} is damaged, or is not a database of GradientCI.",
        $"Look closer with: gradientci doctor. Then move the folder away ('mv {Path.GetDirectoryName(path)} {Path.GetDirectoryName(path)}.damaged') "
        + "and bring a backup back with: gradientci restore; or begin a new one.");
}
