using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <summary>What refs named, as rows.</summary>
internal static class HeadRows
{
    public static KnownHeads Read(SqliteSession session, ProjectId project)
    {
        var heads = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        session.Each("SELECT ref, object FROM known_heads WHERE project = @project", row => heads.Add(row.GetString(0), row.GetString(1)), ("@project", project.Value));
        var lookedAt = session.Number("SELECT looked_at FROM head_looks WHERE project = @project", ("@project", project.Value));
        return new KnownHeads(lookedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null, heads.ToImmutable());
    }

    public static void Note(SqliteSession session, ProjectId project, IReadOnlyDictionary<string, string?> heads, DateTimeOffset? lookedAt)
    {
        foreach (var (name, @object) in heads)
        {
            if (@object is null)
            {
                session.Execute("DELETE FROM known_heads WHERE project = @project AND ref = @ref", ("@project", project.Value), ("@ref", name));
            }
            else
            {
                session.Execute(
                    "INSERT INTO known_heads VALUES (@project, @ref, @object) ON CONFLICT (project, ref) DO UPDATE SET object = excluded.object",
                    ("@project", project.Value), ("@ref", name), ("@object", @object));
            }
        }

        if (lookedAt is { } at)
        {
            session.Execute(
                "INSERT INTO head_looks VALUES (@project, @at) ON CONFLICT (project) DO UPDATE SET looked_at = excluded.looked_at",
                ("@project", project.Value), ("@at", at.ToUnixTimeMilliseconds()));
        }
    }
}
