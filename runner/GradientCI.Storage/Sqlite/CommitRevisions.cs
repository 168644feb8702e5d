using GradientCI.Experiments;

namespace GradientCI.Storage.Sqlite;

/// <summary>Marks commits whose answers may be out of date.</summary>
internal static class CommitRevisions
{
    /// <summary>Counts a change at a commit, in the caller's transaction; nothing for a project that is none of a forge's.</summary>
    public static void Touch(SqliteSession session, ProjectId project, string sha) => session.Execute(
        """
        INSERT INTO commit_answers (project, sha, revision) SELECT project, @sha, 1 FROM forge_repositories WHERE project = @project
        ON CONFLICT (project, sha) DO UPDATE SET revision = revision + 1
        """,
        ("@project", project.Value), ("@sha", sha));
}
