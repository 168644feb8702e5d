using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;
using Microsoft.Data.Sqlite;

namespace GradientCI.Storage.Sqlite;

/// <summary>Pull requests, and who let their commits run, as rows.</summary>
internal static class PullRequestRows
{
    internal const string IsHeadText = "SELECT EXISTS (SELECT 1 FROM pull_request_heads WHERE project = @project AND sha = @sha)";

    private const string Columns =
        "project, number, head, head_ref, head_repository, is_fork, base_ref, base, author, is_open, is_draft, updated_at, heads_json, head_since";

    /// <summary>Records what is new of a pull request; of two that are equally old, the later call counts, but never opens what is closed.</summary>
    public static PullRequest Put(SqliteSession session, PullRequest told)
    {
        var known = Find(session, told.Project, told.Number);
        if (known is not null && told.UpdatedAt < known.UpdatedAt)
        {
            return known;
        }

        var now = told with
        {
            IsOpen = told.IsOpen && (known is null || known.IsOpen || told.UpdatedAt > known.UpdatedAt),
            HeadSince = known?.Head == told.Head ? known.HeadSince : told.UpdatedAt,
            Heads = [.. (known?.Heads ?? []).Where(head => head != told.Head), told.Head],
        };
        session.Execute(
            $"""
            INSERT INTO pull_requests ({Columns})
            VALUES (@project, @number, @head, @head_ref, @head_repository, @fork, @base_ref, @base, @author, @open, @draft, @updated, @heads, @since)
            ON CONFLICT (project, number) DO UPDATE SET head = excluded.head, head_ref = excluded.head_ref, head_repository = excluded.head_repository,
                is_fork = excluded.is_fork, base_ref = excluded.base_ref, base = excluded.base, author = excluded.author, is_open = excluded.is_open,
                is_draft = excluded.is_draft, updated_at = excluded.updated_at, heads_json = excluded.heads_json, head_since = excluded.head_since
            """,
            ("@project", now.Project.Value), ("@number", now.Number), ("@head", now.Head.Value), ("@head_ref", now.HeadRef),
            ("@head_repository", now.HeadRepository), ("@fork", now.IsFork), ("@base_ref", now.BaseRef), ("@base", now.Base.Value),
            ("@author", now.Author), ("@open", now.IsOpen), ("@draft", now.IsDraft), ("@updated", Rows.Milliseconds(now.UpdatedAt)),
            ("@heads", StoredJson.Write([.. now.Heads.Select(head => head.Value)])), ("@since", Rows.Milliseconds(now.HeadSince)));
        if (known?.Head != now.Head)
        {
            session.Execute(
                "INSERT INTO pull_request_heads (project, sha, number) VALUES (@project, @sha, @number) ON CONFLICT DO NOTHING",
                ("@project", now.Project.Value), ("@sha", now.Head.Value), ("@number", now.Number));

            // What ran there before there was a pull request is to be told in its comment, too.
            CommitRevisions.Touch(session, now.Project, now.Head.Value);
        }

        return Find(session, now.Project, now.Number)!;
    }

    public static PullRequest? Find(SqliteSession session, ProjectId project, int number) => session.First(
        $"SELECT {Columns} FROM pull_requests WHERE project = @project AND number = @number", Read, ("@project", project.Value), ("@number", number));

    public static ImmutableArray<PullRequest> ListWithHead(SqliteSession session, ProjectId project, CommitSha head) =>
    [
        .. session.Query(
            $"SELECT {Columns} FROM pull_requests WHERE project = @project AND head = @head ORDER BY number",
            Read, ("@project", project.Value), ("@head", head.Value)),
    ];

    public static ImmutableArray<PullRequest> ListOpen(SqliteSession session, ProjectId project) =>
        [.. session.Query($"SELECT {Columns} FROM pull_requests WHERE project = @project AND is_open = 1 ORDER BY number", Read, ("@project", project.Value))];

    /// <summary>Whether a commit is, or was, the head of a pull request.</summary>
    public static bool IsHead(SqliteSession session, ProjectId project, CommitSha sha) => session.Number(
        IsHeadText, ("@project", project.Value), ("@sha", sha.Value)) == 1;

    /// <summary>Whoever lets a stranger's code run is on the audit log in the same transaction.</summary>
    public static bool Approve(SqliteSession session, Approval approval) => session.Execute(
        """
        INSERT INTO approvals (project, pull_request, sha, approved_by, approved_at) VALUES (@project, @number, @sha, @by, @at)
        ON CONFLICT DO NOTHING
        """,
        ("@project", approval.Project.Value), ("@number", approval.PullRequest), ("@sha", approval.Sha.Value), ("@by", approval.By),
        ("@at", Rows.Milliseconds(approval.At))) == 1
        && AuditRows.Add(session, new AuditEntry(approval.At, approval.By, AuditAction.Approved, $"{approval.Project}#{approval.PullRequest}", approval.Sha.Value));

    public static Approval? FindApproval(SqliteSession session, ProjectId project, int number, CommitSha sha) => session.First(
        "SELECT approved_by, approved_at FROM approvals WHERE project = @project AND pull_request = @number AND sha = @sha",
        row => new Approval(project, number, sha, row.GetString(0), Rows.Time(row, 1)!.Value),
        ("@project", project.Value), ("@number", number), ("@sha", sha.Value));

    private static PullRequest Read(SqliteDataReader row) => new()
    {
        Project = new ProjectId(row.GetString(0)),
        Number = row.GetInt32(1),
        Head = new CommitSha(row.GetString(2)),
        HeadRef = row.GetString(3),
        HeadRepository = row.GetString(4),
        IsFork = row.GetBoolean(5),
        BaseRef = row.GetString(6),
        Base = new CommitSha(row.GetString(7)),
        Author = row.GetString(8),
        IsOpen = row.GetBoolean(9),
        IsDraft = row.GetBoolean(10),
        UpdatedAt = Rows.Time(row, 11)!.Value,
        Heads = [.. StoredJson.ReadTexts(row.GetString(12)).Select(head => new CommitSha(head))],
        HeadSince = Rows.Time(row, 13)!.Value,
    };
}
