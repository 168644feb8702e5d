using GradientCI.Experiments;
using Microsoft.Data.Sqlite;

namespace GradientCI.Storage.Sqlite;

/// <summary>How the columns that several tables share are read and written.</summary>
internal static class Rows
{
    public static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static object? Milliseconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    public static DateTimeOffset? Time(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    // SQLite has no NaN: storing one is an error in the provider, and NULL in the file.
    public static object? Real(double value) => double.IsNaN(value) ? null : value;

    public static double Real(SqliteDataReader row, int column) => row.IsDBNull(column) ? double.NaN : row.GetDouble(column);

    /// <summary>Project, experiment and number in three neighbouring columns.</summary>
    public static RunId RunId(SqliteDataReader row, int column) =>
        new(new ProjectId(row.GetString(column)), row.GetString(column + 1), row.GetInt32(column + 2));
}
