using System.Data;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace GradientCI.Storage.Sqlite;

/// <summary>One connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _statements = new(StringComparer.Ordinal);

    private SqliteSession(SqliteConnection connection)
    {
        Connection = connection;
    }

    public SqliteConnection Connection { get; }

    /// <summary>Whether a transaction is open; SQLite ends one on its own when the disk is full or broken.</summary>
    public bool InTransaction => Connection.State == ConnectionState.Open && raw.sqlite3_get_autocommit(Connection.Handle) == 0;

    /// <summary>Opens a connection, and the file when there is none.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="patience">How long to wait for another process's transaction.</param>
    public static SqliteSession Open(string path, TimeSpan patience) => Open(path, SqliteOpenMode.ReadWriteCreate, patience);

    /// <summary>Opens a connection that changes nothing, not even by recovery; there must be a file.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="patience">How long to wait for another process's transaction.</param>
    public static SqliteSession OpenToLook(string path, TimeSpan patience)
    {
        // Without a write-ahead log nobody has the file open. To say so spares us the files that even a reader would make
        // beside it, and may not be allowed to.
        var source = File.Exists(path + "-wal") ? path : $"file:{Uri.EscapeDataString(path)}?immutable=1";
        return Open(source, SqliteOpenMode.ReadOnly, patience);
    }

    private static SqliteSession Open(string source, SqliteOpenMode mode, TimeSpan patience)
    {
        Batteries_V2.Init();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = source, Mode = mode, Pooling = false, ForeignKeys = true, DefaultTimeout = (int)Math.Ceiling(patience.TotalSeconds),
        }.ToString());
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);
            session.Execute($"PRAGMA busy_timeout = {(int)patience.TotalMilliseconds}");
            session.Execute("PRAGMA synchronous = NORMAL");
            session.Execute("PRAGMA journal_size_limit = 67108864");
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs one statement; returns how many rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> values) => Prepare(sql, values).ExecuteNonQuery();

    /// <summary>Runs a script of several statements, and stops at the first error.</summary>
    /// <remarks>The provider's own way swallows errors behind a statement that gives rows, and ALTER of a STRICT table is one.</remarks>
    public void ExecuteScript(string sql) => SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(Connection.Handle, sql), Connection.Handle);

    /// <summary>All rows.</summary>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var rows = new List<T>();
        Each(sql, row => rows.Add(read(row)), values);
        return rows;
    }

    /// <summary>Visits all rows.</summary>
    public void Each(string sql, Action<SqliteDataReader> visit, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var reader = Prepare(sql, values).ExecuteReader();
        while (reader.Read())
        {
            visit(reader);
        }
    }

    /// <summary>The first row, or default.</summary>
    public T? First<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var reader = Prepare(sql, values).ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    /// <summary>The whole number in the first column of the first row, or null when there is no row, or NULL in it.</summary>
    public long? Number(string sql, params ReadOnlySpan<(string Name, object? Value)> values) =>
        First(sql, row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), values);

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        Connection.Dispose();
    }

    private SqliteCommand Prepare(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!_statements.TryGetValue(sql, out var command))
        {
            command = Connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, _) in values)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            }

            _statements.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i].Value ?? DBNull.Value;
        }

        return command;
    }
}
