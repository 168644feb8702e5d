using GradientCI.Storage.Sqlite;

namespace GradientCI.Storage.Tests.Sqlite;

/// <summary>A database as the first released schema wrote it: two runs of three trials, dumped from that version.</summary>
internal static class ReleasedDatabase
{
    /// <summary>Statements that keep an upgrade busy until it is killed, or the disk is full.</summary>
    public const string Endless =
        "CREATE TABLE busy (a TEXT); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000000) INSERT INTO busy SELECT hex(randomblob(500)) FROM n;";

    public static string Write(string folder)
    {
        var path = Path.Combine(folder, "gradientci.db");
        using var reader = new StreamReader(typeof(ReleasedDatabase).Assembly.GetManifestResourceStream("schema-1.sql")!);
        using var session = SqliteSession.Open(path, TimeSpan.FromSeconds(1));
        session.ExecuteScript(reader.ReadToEnd());
        session.Execute("PRAGMA journal_mode = WAL");
        return path;
    }

    /// <summary>Begins an upgrade that does not end.</summary>
    public static void UpgradeForever(string folder)
    {
        var path = Path.Combine(folder, "gradientci.db");
        using var session = SqliteSession.Open(path, TimeSpan.FromSeconds(30));
        new SchemaMigrator(path, [.. Migration.All().Take(1), Migration.All()[1] with { Sql = Migration.All()[1].Sql + Endless }], TimeProvider.System).Migrate(session);
    }
}
