using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;
using Microsoft.Data.Sqlite;

namespace GradientCI.Storage.Sqlite;

/// <summary>The tokens of the API as rows.</summary>
internal static class AccessTokenRows
{
    private const string Columns = "name, scope, project, created_at, expires_at, last_used_at";

    public static bool Add(SqliteSession session, AccessToken token, string digest, Signature by) => session.Execute(
        $"INSERT INTO access_tokens (digest, {Columns}) VALUES (@digest, @name, @scope, @project, @created, @expires, NULL) ON CONFLICT DO NOTHING",
        ("@digest", digest), ("@name", token.Name), ("@scope", Words<AccessScope>.Of(token.Scope)), ("@project", token.Project?.Value),
        ("@created", Rows.Milliseconds(token.CreatedAt)), ("@expires", Rows.Milliseconds(token.ExpiresAt))) > 0
        && AuditRows.Add(session, by.Of(AuditAction.TokenMade, token.Name, $"{Words<AccessScope>.Of(token.Scope)} {token.Project}".TrimEnd()));

    public static AccessToken? Find(SqliteSession session, string digest) =>
        session.First($"SELECT {Columns} FROM access_tokens WHERE digest = @digest", Read, ("@digest", digest));

    public static ImmutableArray<AccessToken> List(SqliteSession session) => [.. session.Query($"SELECT {Columns} FROM access_tokens ORDER BY name", Read)];

    public static bool Remove(SqliteSession session, string name, Signature by) =>
        session.Execute("DELETE FROM access_tokens WHERE name = @name", ("@name", name)) > 0
        && AuditRows.Add(session, by.Of(AuditAction.TokenRevoked, name));

    public static int RecordUse(SqliteSession session, string name, DateTimeOffset at) => session.Execute(
        "UPDATE access_tokens SET last_used_at = @at WHERE name = @name AND (last_used_at IS NULL OR last_used_at < @at)",
        ("@name", name), ("@at", Rows.Milliseconds(at)));

    private static AccessToken Read(SqliteDataReader row) => new(row.GetString(0), Words<AccessScope>.Parse(row.GetString(1)), Rows.Time(row, 3)!.Value)
    {
        Project = row.IsDBNull(2) ? null : new ProjectId(row.GetString(2)),
        ExpiresAt = Rows.Time(row, 4),
        LastUsedAt = Rows.Time(row, 5),
    };
}
