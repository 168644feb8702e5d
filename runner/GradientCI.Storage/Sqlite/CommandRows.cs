using System.Collections.Immutable;
using System.Globalization;
using GradientCI.Experiments;
using GradientCI.Stores;
using Microsoft.Data.Sqlite;

namespace GradientCI.Storage.Sqlite;

/// <summary>Commands of comments as rows.</summary>
internal static class CommandRows
{
    private const string Columns =
        "project, comment, ordinal, pull_request, head, text, written_by, outcome, sentence, runs_json, recorded_at";

    public static bool Record(SqliteSession session, CommentCommand command, WantedAnswer? reaction)
    {
        var isNew = session.Execute(
            $"""
            INSERT INTO comment_commands ({Columns})
            VALUES (@project, @comment, @ordinal, @number, @head, @text, @by, @outcome, @sentence, @runs, @at)
            ON CONFLICT DO NOTHING
            """,
            ("@project", command.Project.Value), ("@comment", command.Comment), ("@ordinal", command.Ordinal), ("@number", command.PullRequest),
            ("@head", command.Head?.Value), ("@text", command.Text), ("@by", command.By), ("@outcome", Words<CommandOutcome>.Of(command.Outcome)),
            ("@sentence", command.Sentence), ("@runs", StoredJson.Write([.. command.Runs.Select(Write)])), ("@at", Rows.Milliseconds(command.RecordedAt))) == 1;
        if (isNew && reaction is not null)
        {
            AnswerRows.Want(session, command.Project, reaction, command.RecordedAt);
        }

        if (isNew && command.Head is { } head)
        {
            CommitRevisions.Touch(session, command.Project, head.Value);
        }

        return isNew;
    }

    public static ImmutableArray<CommentCommand> List(SqliteSession session, ProjectId project, long comment) =>
    [
        .. session.Query(
            $"SELECT {Columns} FROM comment_commands WHERE project = @project AND comment = @comment ORDER BY ordinal",
            Read, ("@project", project.Value), ("@comment", comment)),
    ];

    // The forge's ids of comments count up.
    public static ImmutableArray<CommentCommand> List(SqliteSession session, ProjectId project, int pullRequest, CommitSha head, int limit) =>
    [
        .. session.Query(
            $"""
            SELECT {Columns} FROM comment_commands
            WHERE project = @project AND pull_request = @number AND head = @head AND outcome <> 'refused'
            ORDER BY comment DESC, ordinal DESC LIMIT @limit
            """,
            Read, ("@project", project.Value), ("@number", pullRequest), ("@head", head.Value), ("@limit", limit)).AsEnumerable().Reverse(),
    ];

    public static int Count(SqliteSession session, ProjectId project, CommandOutcome outcome, DateTimeOffset since) => (int)session.Number(
        "SELECT count(*) FROM comment_commands WHERE project = @project AND outcome = @outcome AND recorded_at >= @since",
        ("@project", project.Value), ("@outcome", Words<CommandOutcome>.Of(outcome)), ("@since", Rows.Milliseconds(since)))!;

    private static CommentCommand Read(SqliteDataReader row)
    {
        var project = new ProjectId(row.GetString(0));
        return new CommentCommand
        {
            Project = project,
            Comment = row.GetInt64(1),
            Ordinal = row.GetInt32(2),
            PullRequest = row.GetInt32(3),
            Head = row.IsDBNull(4) ? null : new CommitSha(row.GetString(4)),
            Text = row.GetString(5),
            By = row.GetString(6),
            Outcome = Words<CommandOutcome>.Parse(row.GetString(7)),
            Sentence = row.GetString(8),
            Runs = [.. StoredJson.ReadTexts(row.GetString(9)).Select(text => ReadRun(project, text))],
            RecordedAt = Rows.Time(row, 10)!.Value,
        };
    }

    private static string Write(CommandedRun run) => run.Against is { } other ? $"{run.Run} {other}" : run.Run.ToString();

    private static CommandedRun ReadRun(ProjectId project, string text) => text.Split(' ') switch
    {
        [var run, var against] => new CommandedRun(ReadId(project, run), ReadId(project, against)),
        [var run] => new CommandedRun(ReadId(project, run)),
        _ => throw new FormatException($"'{text}' names no runs."),
    };

    private static RunId ReadId(ProjectId project, string text) =>
        text.Split('#') is [{ Length: > 0 } experiment, var digits] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new RunId(project, experiment, number)
            : throw new FormatException($"'{text}' names no run.");
}
