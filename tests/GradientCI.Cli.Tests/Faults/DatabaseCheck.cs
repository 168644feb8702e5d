using Microsoft.Data.Sqlite;

namespace GradientCI.Cli.Tests.Faults;

/// <summary>SQLite's own judgement of a database file.</summary>
internal static class DatabaseCheck
{
    /// <summary>"ok", or what is wrong.</summary>
    public static string Of(string path)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        return (string)command.ExecuteScalar()!;
    }
}
