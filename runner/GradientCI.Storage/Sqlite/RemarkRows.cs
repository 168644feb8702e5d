using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <summary>What is said at commits beside their runs, as rows; each change marks its commit.</summary>
internal static class RemarkRows
{
    public static void Put(SqliteSession session, CommitRemark remark)
    {
        var changed = session.Execute(
            """
            INSERT INTO commit_remarks (project, sha, source, kind, sentence, detail) VALUES (@project, @sha, @source, @kind, @sentence, @detail)
            ON CONFLICT (project, sha, source) DO UPDATE SET kind = excluded.kind, sentence = excluded.sentence, detail = excluded.detail
            WHERE kind <> excluded.kind OR sentence <> excluded.sentence OR detail <> excluded.detail
            """,
            ("@project", remark.Project.Value), ("@sha", remark.Sha.Value), ("@source", remark.Source), ("@kind", Words<RemarkKind>.Of(remark.Kind)),
            ("@sentence", remark.Sentence), ("@detail", remark.Detail));
        TouchIf(changed > 0, session, remark.Project, remark.Sha);
    }

    public static void Remove(SqliteSession session, ProjectId project, CommitSha sha, string source)
    {
        var removed = session.Execute(
            "DELETE FROM commit_remarks WHERE project = @project AND sha = @sha AND source = @source",
            ("@project", project.Value), ("@sha", sha.Value), ("@source", source));
        TouchIf(removed > 0, session, project, sha);
    }

    public static ImmutableArray<CommitRemark> List(SqliteSession session, ProjectId project, CommitSha sha) =>
    [
        .. session.Query(
            "SELECT source, kind, sentence, detail FROM commit_remarks WHERE project = @project AND sha = @sha ORDER BY source",
            row => new CommitRemark(project, sha, row.GetString(0), Words<RemarkKind>.Parse(row.GetString(1)), row.GetString(2), row.GetString(3)),
            ("@project", project.Value), ("@sha", sha.Value)),
    ];

    private static void TouchIf(bool changed, SqliteSession session, ProjectId project, CommitSha sha)
    {
        if (changed)
        {
            CommitRevisions.Touch(session, project, sha.Value);
        }
    }
}
