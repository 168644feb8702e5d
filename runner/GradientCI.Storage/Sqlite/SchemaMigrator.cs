using System.Reflection;

namespace GradientCI.Storage.Sqlite;

/// <summary>One step of the schema; never changed once released.</summary>
/// <param name="Number">From 1, going up; a number once released is never given again.</param>
/// <param name="Sql">The statements.</param>
internal sealed record Migration(int Number, string Sql)
{
    /// <summary>The steps that this version knows, in order: <c>Schema/NNNN_name.sqlite.sql</c>.</summary>
    public static IReadOnlyList<Migration> All()
    {
        var assembly = Assembly.GetExecutingAssembly();
        const string prefix = "GradientCI.Storage.Schema.";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".sqlite.sql", StringComparison.Ordinal))
            .Select(name => new Migration(int.Parse(name.AsSpan(prefix.Length, 4)), Read(assembly, name)))
            .OrderBy(migration => migration.Number)];
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}

/// <summary>Brings a database to the schema of this version: forward only, each step in one transaction.</summary>
/// <remarks>Several processes may do so at once; the first one does the work. An interrupted upgrade goes on where it stopped.</remarks>
internal sealed class SchemaMigrator(string path, IReadOnlyList<Migration> migrations, TimeProvider time)
{
    private int Newest => migrations[^1].Number;

    /// <summary>Applies the steps that are missing; does nothing when there are none.</summary>
    /// <exception cref="GradientException">The schema is newer than this version.</exception>
    public void Migrate(SqliteSession session)
    {
        var version = ReadVersion(session);
        if (version > Newest)
        {
            throw new GradientException(
                FailureKind.Environment,
                $"The data folder {Path.GetDirectoryName(path)} was written by a newer GradientCI (schema {version}, this one knows {Newest}).",
                "Upgrade gradientci, or use another --data folder.");
        }

        if (version == 0 && IsForeign(session))
        {
            throw StorageFailures.Damaged(path, "It holds tables of another program.");
        }

        session.Execute("PRAGMA journal_mode = WAL");
        var backup = version > 0;
        foreach (var migration in migrations.Where(migration => migration.Number > version))
        {
            backup = !Apply(session, migration, backup) && backup;
        }
    }

    /// <summary>Whether another program made it.</summary>
    public static bool IsForeign(SqliteSession session) =>
        session.Number("SELECT count(*) > 0 AND NOT sum(name = 'schema_version') FROM sqlite_master") == 1;

    /// <summary>The newest step that was applied; 0 for a new database.</summary>
    public static long ReadVersion(SqliteSession session) =>
        session.Number("SELECT 1 FROM sqlite_master WHERE name = 'schema_version'") is null
            ? 0
            : session.Number("SELECT max(version) FROM schema_version") ?? 0;

    private bool Apply(SqliteSession session, Migration migration, bool backup)
    {
        session.Execute("BEGIN IMMEDIATE");
        try
        {
            var missing = ReadVersion(session) < migration.Number;
            if (missing)
            {
                if (backup)
                {
                    BackUp(session, $"{path}.before-{migration.Number}");
                }

                session.ExecuteScript(migration.Sql);
                session.ExecuteScript("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL, applied_at INTEGER NOT NULL) STRICT");
                session.Execute(
                    "INSERT INTO schema_version VALUES (@version, @at)",
                    ("@version", migration.Number), ("@at", time.GetUtcNow().ToUnixTimeMilliseconds()));
            }

            session.Execute("COMMIT");
            return missing;
        }
        catch
        {
            if (session.InTransaction)
            {
                session.Execute("ROLLBACK");
            }

            throw;
        }
    }

    // Our write lock is held meanwhile, so the copy is exactly what the step starts from. It gets its name when it is
    // whole: a copy that a full disk cut short must not look like a backup.
    private void BackUp(SqliteSession session, string target)
    {
        var partial = target + ".partial";
        File.Delete(partial);
        using (var copier = SqliteSession.Open(path, TimeSpan.FromSeconds(session.Connection.DefaultTimeout)))
        {
            copier.Execute("VACUUM INTO @target", ("@target", partial));
        }

        File.Move(partial, target, overwrite: true);
    }
}
