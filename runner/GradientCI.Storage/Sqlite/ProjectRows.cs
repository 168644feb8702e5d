using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <summary>Projects as rows: what is set for them, and what goes with them.</summary>
internal static class ProjectRows
{
    /// <summary>What people call a project.</summary>
    public const string Name = "iif(title = '', name, title)";

    private const int LongestTitle = 100;

    public static ImmutableArray<ProjectStanding> List(SqliteSession session) =>
    [
        .. session.Query(
            $"""
            SELECT p.id, {Name}, p.location, f.forge,
                (SELECT count(*) FROM runs r WHERE r.project = p.id AND r.number > 0),
                (SELECT count(*) FROM runs r WHERE r.project = p.id AND r.state IN ('queued', 'running')),
                l.project, l.experiment, l.number, l.created_at, p.keep_runs, p.keep_hours
            FROM projects p
            LEFT JOIN (SELECT project AS of, forge FROM forge_repositories) f ON f.of = p.id
            LEFT JOIN runs l ON l.key = (SELECT max(r.key) FROM runs r WHERE r.project = p.id AND r.number > 0)
            WHERE p.is_removed = 0
            ORDER BY 2, 1
            """,
            row => new ProjectStanding(
                new Project(new ProjectId(row.GetString(0)), row.GetString(1), row.GetString(2)), row.GetInt32(4), row.GetInt32(5),
                row.IsDBNull(6) ? null : Rows.RunId(row, 6), Rows.Time(row, 9), row.IsDBNull(3) ? null : row.GetString(3))
            {
                Retention = new ProjectRetention(row.IsDBNull(10) ? null : row.GetInt32(10), row.IsDBNull(11) ? null : TimeSpan.FromHours(row.GetInt64(11))),
            }),
    ];

    public static bool Add(SqliteSession session, Project project, ForgeRepository? source, Signature by)
    {
        RunRows.PutProject(session, project);
        if (source is not null)
        {
            ForgeRows.Put(session, source with { ToldBy = ForgeRows.Find(session, project.Id)?.ToldBy ?? source.ToldBy });

            // It may have been removed. No delivery says so of a repository of no forge, so nothing that was heard counts more.
            ForgeRows.SetRemoved(session, project.Id, isRemoved: false, heardBy: 0);
        }

        return AuditRows.Add(session, by.Of(AuditAction.ProjectAdded, project.Id.Value));
    }

    public static bool Set(SqliteSession session, ProjectId project, ProjectChange change, Signature by) =>
        (change.Location is null
            || session.Number("SELECT 1 FROM projects WHERE location = @location AND id <> @id", ("@location", change.Location), ("@id", project.Value)) is null)
        && session.Execute(
            """
            UPDATE projects SET title = coalesce(@title, title), location = coalesce(@location, location),
                keep_runs = iif(@retains, @runs, keep_runs), keep_hours = iif(@retains, @hours, keep_hours)
            WHERE id = @id
            """,
            ("@title", change.Title is null ? null : Rows.Cut(change.Title, LongestTitle)), ("@location", change.Location), ("@retains", change.Retention is not null),
            ("@runs", change.Retention?.Runs), ("@hours", (long?)change.Retention?.For?.TotalHours), ("@id", project.Value)) == 1
        && AuditRows.Add(session, by.Of(AuditAction.ProjectChanged, project.Value));

    public static ProjectRemoval Remove(SqliteSession session, ProjectId project, bool withRuns, Signature by)
    {
        if (!Is(session, "SELECT 1 FROM projects WHERE id = @id", project))
        {
            return ProjectRemoval.NotThere;
        }

        if (Is(session, "SELECT 1 FROM forge_repositories WHERE project = @id AND forge <> 'git'", project))
        {
            return ProjectRemoval.IsOfForge;
        }

        const string open =
            """
            SELECT 1 FROM runs r WHERE r.project = @id AND (r.state IN ('queued', 'running')
                OR EXISTS (SELECT 1 FROM trials t WHERE t.run = r.key AND t.state IN ('queued', 'starting', 'running')))
            """;
        if (Is(session, open, project))
        {
            return ProjectRemoval.HasOpenRuns;
        }

        if (withRuns && Is(session, "SELECT 1 FROM runs WHERE project = @id AND pinned = 1 AND number > 0", project))
        {
            return ProjectRemoval.HasPinnedRuns;
        }

        session.Execute("UPDATE forge_repositories SET is_removed = 1 WHERE project = @id", ("@id", project.Value));
        session.Execute("UPDATE projects SET is_removed = 1 WHERE id = @id", ("@id", project.Value));
        if (withRuns)
        {
            session.Execute("UPDATE runs SET number = -number, origin = '' WHERE project = @id AND number > 0", ("@id", project.Value));
        }

        AuditRows.Add(session, by.Of(AuditAction.ProjectRemoved, project.Value));
        return ProjectRemoval.Removed;
    }

    private static bool Is(SqliteSession session, string question, ProjectId project) => session.Number(question, ("@id", project.Value)) is not null;
}
