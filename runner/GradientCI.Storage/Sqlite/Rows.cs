using GradientCI.Experiments;
using Microsoft.Data.Sqlite;

namespace GradientCI.Storage.Sqlite;

/// <summary>How the columns that several tables share are read and written.</summary>
internal static class Rows
{
    public static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static object? Milliseconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    /// <exception cref="FormatException">No clock of ours has written it.</exception>
    public static DateTimeOffset? Time(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column) switch
    {
        >= -62_135_596_800_000 and <= 253_402_300_799_999 and var time => DateTimeOffset.FromUnixTimeMilliseconds(time),
        var nonsense => throw new FormatException($"{nonsense} is no time."),
    };

    /// <summary>The beginning of a text that may be of any length.</summary>
    public static string Cut(string text, int most) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    // SQLite has no NaN: storing one is an error in the provider, and NULL in the file.
    public static object? Real(double value) => double.IsNaN(value) ? null : value;

    public static double Real(SqliteDataReader row, int column) => row.IsDBNull(column) ? double.NaN : row.GetDouble(column);

    /// <summary>Project, experiment and number in three neighbouring columns.</summary>
    public static RunId RunId(SqliteDataReader row, int column) =>
        new(new ProjectId(row.GetString(column)), row.GetString(column + 1), row.GetInt32(column + 2));
}
