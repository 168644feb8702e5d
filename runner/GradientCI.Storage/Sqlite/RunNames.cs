using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace GradientCI.Storage.Sqlite;

/// <summary>Names of runs for a shell that completes a word: quick, and the record is neither made, upgraded nor waited for.</summary>
public static class RunNames
{
    /// <summary>The newest runs, <c>digits#12</c>; empty when there is no record, or it cannot be read now.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="project">Only runs of this project, or null for all.</param>
    /// <param name="limit">The most runs.</param>
    public static ImmutableArray<string> Newest(string dataFolder, ProjectId? project, int limit) => Read(
        dataFolder,
        "SELECT experiment || '#' || number FROM runs WHERE number > 0 AND (@project IS NULL OR project = @project) ORDER BY key DESC LIMIT @limit",
        row => row.GetString(0), ("@project", (object?)project?.Value ?? DBNull.Value), ("@limit", limit));

    /// <summary>The projects whose runs these are; empty when there is no record, or it cannot be read now.</summary>
    public static ImmutableArray<Project> Projects(string dataFolder) =>
        Read(dataFolder, "SELECT id, name, location FROM projects", row => new Project(new ProjectId(row.GetString(0)), row.GetString(1), row.GetString(2)));

    private static ImmutableArray<T> Read<T>(string dataFolder, string text, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var path = Path.Combine(dataFolder, "gradientci.db");
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            Batteries_V2.Init();
            using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 1 }.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = text;
            foreach (var (name, value) in parameters)
            {
                command.Parameters.AddWithValue(name, value);
            }

            using var row = command.ExecuteReader();
            var rows = ImmutableArray.CreateBuilder<T>();
            while (row.Read())
            {
                rows.Add(read(row));
            }

            return rows.ToImmutable();
        }
        catch (SqliteException)
        {
            // Whatever it is, the next command says it; a shell that completes a word is no place for it.
            return [];
        }
    }
}
