using System.Collections.Immutable;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <summary>Data sets as rows.</summary>
internal static class DatasetRows
{
    public static bool Put(SqliteSession session, Dataset dataset, Signature by) => session.Execute(
        """
        INSERT OR REPLACE INTO datasets (name, version, path, source, bytes, files, added_at)
        VALUES (@name, @version, @path, @source, @bytes, @files, @added)
        """,
        ("@name", dataset.Name), ("@version", dataset.Version), ("@path", dataset.Path), ("@source", dataset.Source),
        ("@bytes", dataset.Bytes), ("@files", dataset.Files), ("@added", Rows.Milliseconds(dataset.AddedAt))) == 1
        && AuditRows.Add(session, by.Of(AuditAction.DatasetAdded, dataset.Name, $"{dataset.Version} {dataset.Source}"));

    public static ImmutableArray<Dataset> List(SqliteSession session) =>
    [
        .. session.Query(
            "SELECT name, version, path, source, bytes, files, added_at FROM datasets ORDER BY name",
            row => new Dataset(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), Rows.Time(row, 6)!.Value)
            {
                Bytes = row.IsDBNull(4) ? null : row.GetInt64(4),
                Files = row.IsDBNull(5) ? null : row.GetInt64(5),
            }),
    ];

    public static bool Remove(SqliteSession session, string name, Signature by) =>
        session.Execute("DELETE FROM datasets WHERE name = @name", ("@name", name)) == 1 && AuditRows.Add(session, by.Of(AuditAction.DatasetRemoved, name));
}
