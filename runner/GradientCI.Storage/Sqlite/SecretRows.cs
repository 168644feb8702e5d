using System.Collections.Immutable;
using System.Runtime.InteropServices;
using GradientCI.Experiments;
using GradientCI.Stores;
using Microsoft.Data.Sqlite;

namespace GradientCI.Storage.Sqlite;

/// <summary>Sealed secrets as rows.</summary>
internal static class SecretRows
{
    private const string Columns = "project, name, key_id, box, set_at, set_by";

    public static void Set(SqliteSession session, SealedSecret secret) => session.Execute(
        $"INSERT OR REPLACE INTO secrets ({Columns}) VALUES (@project, @name, @key, @box, @at, @by)",
        ("@project", Word(secret.Project)), ("@name", secret.Name), ("@key", secret.KeyId), ("@box", Bytes(secret)),
        ("@at", Rows.Milliseconds(secret.SetAt)), ("@by", secret.SetBy));

    public static ImmutableArray<SealedSecret> List(SqliteSession session) =>
        [.. session.Query($"SELECT {Columns} FROM secrets ORDER BY project, name", Read)];

    public static bool Remove(SqliteSession session, ProjectId? project, string name) =>
        session.Execute("DELETE FROM secrets WHERE project = @project AND name = @name", ("@project", Word(project)), ("@name", name)) > 0;

    // A box is never sealed twice alike, so an equal one is the one that was read.
    public static int Reseal(SqliteSession session, IReadOnlyList<(SealedSecret From, SealedSecret To)> resealed) => resealed.Sum(pair => session.Execute(
        "UPDATE secrets SET key_id = @key, box = @box WHERE project = @project AND name = @name AND box = @before",
        ("@key", pair.To.KeyId), ("@box", Bytes(pair.To)), ("@project", Word(pair.From.Project)), ("@name", pair.From.Name), ("@before", Bytes(pair.From))));

    private static SealedSecret Read(SqliteDataReader row) => new(
        row.GetString(0) is { Length: > 0 } project ? new ProjectId(project) : null,
        row.GetString(1), row.GetString(2), ImmutableCollectionsMarshal.AsImmutableArray((byte[])row.GetValue(3)), Rows.Time(row, 4)!.Value, row.GetString(5));

    private static string Word(ProjectId? project) => project?.Value ?? "";

    private static byte[] Bytes(SealedSecret secret) => [.. secret.Box];
}
