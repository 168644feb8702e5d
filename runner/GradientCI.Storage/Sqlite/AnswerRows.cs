using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using GradientCI.Experiments;
using GradientCI.Stores;
using Microsoft.Data.Sqlite;

namespace GradientCI.Storage.Sqlite;

/// <summary>What forges are to be told, as rows.</summary>
internal static class AnswerRows
{
    private const string Columns = "project, lane, wanted_json, remote_id, wanted_at, attempts, posts, problem";

    // One of each project, so that a project with much to say holds up nobody else.
    internal const string DueText =
        $"""
        SELECT {Columns} FROM answers
        WHERE key IN (
            SELECT key FROM (
                SELECT key, row_number() OVER (PARTITION BY project ORDER BY wanted_at, key) AS place FROM answers
                WHERE wanted_digest <> posted_digest AND is_dead = 0 AND not_before <= @now
                    AND project IN (SELECT project FROM forge_repositories WHERE is_removed = 0))
            WHERE place = 1)
        ORDER BY wanted_at, key LIMIT @limit
        """;

    public static ImmutableArray<CommitToAnswer> ListCommits(SqliteSession session, int limit) =>
    [
        .. session.Query(
            "SELECT project, sha, revision FROM commit_answers WHERE revision > answered ORDER BY project, sha LIMIT @limit",
            row => new CommitToAnswer(new ProjectId(row.GetString(0)), new CommitSha(row.GetString(1)), row.GetInt64(2)),
            ("@limit", limit)),
    ];

    public static bool Set(SqliteSession session, CommitToAnswer commit, IReadOnlyList<WantedAnswer> answers, DateTimeOffset now)
    {
        if (session.Execute(
            "UPDATE commit_answers SET answered = revision WHERE project = @project AND sha = @sha AND revision = @revision",
            ("@project", commit.Project.Value), ("@sha", commit.Sha.Value), ("@revision", commit.Revision)) == 0)
        {
            return false;
        }

        foreach (var answer in answers)
        {
            Want(session, commit.Project, answer, now);
        }

        return true;
    }

    /// <summary>Sets what one thing is to say.</summary>
    public static void Want(SqliteSession session, ProjectId project, WantedAnswer answer, DateTimeOffset now)
    {
        // A limit that the project's answers wait for holds for a new one, too; what one of them waits for because it failed does not.
        var notBefore = session.Number("SELECT max(not_before) FROM answers WHERE project = @project AND problem = ''", ("@project", project.Value)) ?? 0;
        session.Execute(
            """
            INSERT INTO answers (project, lane, wanted_json, wanted_digest, wanted_at, not_before)
            VALUES (@project, @lane, @json, @digest, @now, @not_before)
            ON CONFLICT (project, lane) DO UPDATE SET
                wanted_json = excluded.wanted_json, wanted_digest = excluded.wanted_digest, wanted_at = excluded.wanted_at,
                attempts = 0, problem = '', is_dead = 0
            WHERE wanted_digest <> excluded.wanted_digest
            """,
            ("@project", project.Value), ("@lane", answer.Lane), ("@json", answer.Json), ("@digest", Digest(answer.Json)),
            ("@now", Rows.Milliseconds(now)), ("@not_before", notBefore));
    }

    public static ImmutableArray<Answer> ListDue(SqliteSession session, DateTimeOffset now, int limit) =>
        [.. session.Query(DueText, Read, ("@now", Rows.Milliseconds(now)), ("@limit", limit))];

    public static Answer? Find(SqliteSession session, ProjectId project, string lane) => session.First(
        $"SELECT {Columns} FROM answers WHERE project = @project AND lane = @lane", Read, ("@project", project.Value), ("@lane", lane));

    public static bool RecordMade(SqliteSession session, Answer answer, long remoteId) => session.Execute(
        "UPDATE answers SET remote_id = @id WHERE project = @project AND lane = @lane",
        ("@project", answer.Project.Value), ("@lane", answer.Lane), ("@id", remoteId)) == 1;

    public static bool RecordPosted(SqliteSession session, Answer answer, long? remoteId) => session.Execute(
        """
        UPDATE answers SET posted_digest = @digest, remote_id = coalesce(@id, remote_id), posts = posts + 1, attempts = 0, problem = ''
        WHERE project = @project AND lane = @lane
        """,
        ("@project", answer.Project.Value), ("@lane", answer.Lane), ("@digest", Digest(answer.Json)), ("@id", remoteId)) == 1;

    public static int PostAgain(SqliteSession session, ProjectId project, string lanes) => session.Execute(
        "UPDATE answers SET posted_digest = '' WHERE project = @project AND substr(lane, 1, length(@lanes)) = @lanes",
        ("@project", project.Value), ("@lanes", lanes));

    /// <summary>An answer that is to say something else by now is not dead: that was not tried yet.</summary>
    public static bool RecordFailed(SqliteSession session, Answer answer, string problem, DateTimeOffset? notBefore) => session.Execute(
        """
        UPDATE answers SET attempts = attempts + 1, problem = @problem, not_before = coalesce(@not_before, not_before),
            is_dead = @not_before IS NULL AND wanted_digest = @digest
        WHERE project = @project AND lane = @lane
        """,
        ("@project", answer.Project.Value), ("@lane", answer.Lane), ("@digest", Digest(answer.Json)), ("@problem", problem),
        ("@not_before", Rows.Milliseconds(notBefore))) == 1;

    /// <summary>Posted answers wait too: they may be to say something else before the time is over.</summary>
    public static bool Postpone(SqliteSession session, string forge, ProjectId? project, DateTimeOffset until) => session.Execute(
        """
        UPDATE answers SET not_before = @until
        WHERE project IN (SELECT project FROM forge_repositories WHERE forge = @forge AND (@project IS NULL OR project = @project)) AND not_before < @until
        """,
        ("@forge", forge), ("@project", project?.Value), ("@until", Rows.Milliseconds(until))) > 0;

    public static ImmutableArray<Answer> ListDead(SqliteSession session, int limit) =>
        [.. session.Query($"SELECT {Columns} FROM answers WHERE is_dead = 1 ORDER BY key DESC LIMIT @limit", Read, ("@limit", limit))];

    private static Answer Read(SqliteDataReader row) =>
        new(new ProjectId(row.GetString(0)), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetInt64(3))
        {
            WantedAt = Rows.Time(row, 4)!.Value,
            Attempts = row.GetInt32(5),
            Posts = row.GetInt32(6),
            Problem = row.GetString(7),
        };

    private static string Digest(string json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
}
