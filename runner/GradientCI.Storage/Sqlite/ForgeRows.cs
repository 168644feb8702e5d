using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;
using Microsoft.Data.Sqlite;

namespace GradientCI.Storage.Sqlite;

/// <summary>The repositories of forges as rows.</summary>
internal static class ForgeRows
{
    private const string Columns = "project, forge, remote_id, owner, name, clone_url, default_branch, installation, is_removed, told_by";

    public static void Put(SqliteSession session, ForgeRepository repository) => session.Execute(
        $"""
        INSERT INTO forge_repositories ({Columns})
        VALUES (@project, @forge, @remote, @owner, @name, @url, @branch, @installation, @removed, @told)
        ON CONFLICT (project) DO UPDATE SET forge = excluded.forge, remote_id = excluded.remote_id, owner = excluded.owner, name = excluded.name,
            clone_url = excluded.clone_url, told_by = excluded.told_by, installation = coalesce(excluded.installation, installation),
            default_branch = CASE WHEN excluded.default_branch = '' THEN default_branch ELSE excluded.default_branch END
        """,
        ("@project", repository.Project.Value), ("@forge", repository.Forge), ("@remote", repository.RemoteId), ("@owner", repository.Owner),
        ("@name", repository.Name), ("@url", repository.CloneUrl), ("@branch", repository.DefaultBranch), ("@installation", repository.Installation),
        ("@removed", repository.IsRemoved), ("@told", repository.ToldBy));

    public static bool SetRemoved(SqliteSession session, ProjectId project, bool isRemoved, long heardBy) => session.Execute(
        "UPDATE forge_repositories SET is_removed = @removed, access_by = @by WHERE project = @project AND access_by <= @by",
        ("@removed", isRemoved), ("@by", heardBy), ("@project", project.Value)) == 1;

    public static ForgeRepository? Find(SqliteSession session, string forge, long remoteId) => session.First(
        $"SELECT {Columns} FROM forge_repositories WHERE forge = @forge AND remote_id = @remote", Read, ("@forge", forge), ("@remote", remoteId));

    public static ForgeRepository? Find(SqliteSession session, ProjectId project) => session.First(
        $"SELECT {Columns} FROM forge_repositories WHERE project = @project", Read, ("@project", project.Value));

    public static ImmutableArray<ForgeRepository> List(SqliteSession session) =>
        [.. session.Query($"SELECT {Columns} FROM forge_repositories ORDER BY owner, name, project", Read)];

    private static ForgeRepository Read(SqliteDataReader row) =>
        new(new ProjectId(row.GetString(0)), row.GetString(1), row.GetInt64(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6))
        {
            Installation = row.IsDBNull(7) ? null : row.GetInt64(7),
            IsRemoved = row.GetBoolean(8),
            ToldBy = row.GetInt64(9),
        };
}
