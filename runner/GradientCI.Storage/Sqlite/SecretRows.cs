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

    public static bool Set(SqliteSession session, SealedSecret secret) => session.Execute(
        $"INSERT OR REPLACE INTO secrets ({Columns}) VALUES (@project, @name, @key, @box, @at, @by)",
        ("@project", Word(secret.Project)), ("@name", secret.Name), ("@key", secret.KeyId), ("@box", Bytes(secret)),
        ("@at", Rows.Milliseconds(secret.SetAt)), ("@by", secret.SetBy)) == 1
        && AuditRows.Add(session, new Signature(secret.SetAt, secret.SetBy).Of(AuditAction.SecretSet, SealedSecret.OwnerOf(secret.Project), secret.Name));

    public static ImmutableArray<SealedSecret> List(SqliteSession session) =>
        [.. session.Query($"SELECT {Columns} FROM secrets ORDER BY project, name", Read)];

    public static ImmutableArray<SealedSecret> Read(SqliteSession session, RunId run, ImmutableArray<string> names, Signature by)
    {
        // A project's own comes after that of every project.
        var there = List(session).Where(secret => secret.Project is null || secret.Project == run.Project).GroupBy(secret => secret.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Last(), StringComparer.Ordinal);
        ImmutableArray<SealedSecret> found = [.. names.Where(there.ContainsKey).Select(name => there[name])];
        if (found.Length == names.Length)
        {
            AuditRows.Add(session, by.Of(AuditAction.SecretRead, AuditEntry.SubjectOf(run), string.Join(' ', names)));
        }

        return found;
    }

    public static bool Remove(SqliteSession session, ProjectId? project, string name, Signature by) =>
        session.Execute("DELETE FROM secrets WHERE project = @project AND name = @name", ("@project", Word(project)), ("@name", name)) > 0
        && AuditRows.Add(session, by.Of(AuditAction.SecretRemoved, SealedSecret.OwnerOf(project), name));

    // A box is never sealed twice alike, so an equal one is the one that was read.
    public static int Reseal(SqliteSession session, IReadOnlyList<(SealedSecret From, SealedSecret To)> resealed, Signature by)
    {
        var count = resealed.Sum(pair => session.Execute(
            "UPDATE secrets SET key_id = @key, box = @box WHERE project = @project AND name = @name AND box = @before",
            ("@key", pair.To.KeyId), ("@box", Bytes(pair.To)), ("@project", Word(pair.From.Project)), ("@name", pair.From.Name), ("@before", Bytes(pair.From))));
        if (count > 0)
        {
            AuditRows.Add(session, by.Of(AuditAction.SecretsRotated, "", $"{count}"));
        }

        return count;
    }

    private static SealedSecret Read(SqliteDataReader row) => new(
        row.GetString(0) is { Length: > 0 } project ? new ProjectId(project) : null,
        row.GetString(1), row.GetString(2), ImmutableCollectionsMarshal.AsImmutableArray((byte[])row.GetValue(3)), Rows.Time(row, 4)!.Value, row.GetString(5));

    private static string Word(ProjectId? project) => project?.Value ?? "";

    private static byte[] Bytes(SealedSecret secret) => [.. secret.Box];
}
