using GradientCI.Experiments;

namespace GradientCI.Storage.Sqlite;

/// <summary>Counts the changes at commits that a forge is told about.</summary>
internal static class CommitRevisions
{
    /// <summary>Says that something changed at a commit; of a project that is no forge's repository nobody wants to know, and plain git has nowhere to say it.</summary>
    public static void Touch(SqliteSession session, ProjectId project, string sha) => session.Execute(
        """
        INSERT INTO commit_answers (project, sha, revision)
        SELECT @project, @sha, 1 WHERE EXISTS (SELECT 1 FROM forge_repositories WHERE project = @project AND forge <> 'git')
        ON CONFLICT (project, sha) DO UPDATE SET revision = revision + 1
        """,
        ("@project", project.Value), ("@sha", sha));
}
