using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <content>What forges are to be told.</content>
public sealed partial class SqliteExperimentStore : IAnswerStore
{
    /// <inheritdoc/>
    public Task<ImmutableArray<CommitToAnswer>> ListCommitsToAnswerAsync(int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => AnswerRows.ListCommits(session, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> SetAnswersAsync(CommitToAnswer commit, IReadOnlyList<WantedAnswer> answers, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(session => AnswerRows.Set(session, commit, answers, now), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Answer>> ListDueAnswersAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => AnswerRows.ListDue(session, now, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer?> FindAnswerAsync(ProjectId project, string lane, CancellationToken cancellationToken) =>
        ReadAsync(session => AnswerRows.Find(session, project, lane), cancellationToken);

    /// <inheritdoc/>
    public Task RecordMadeAsync(Answer answer, long remoteId, CancellationToken cancellationToken) =>
        WriteAsync(session => AnswerRows.RecordMade(session, answer, remoteId), cancellationToken);

    /// <inheritdoc/>
    public Task RecordPostedAsync(Answer answer, long? remoteId, CancellationToken cancellationToken) =>
        WriteAsync(session => AnswerRows.RecordPosted(session, answer, remoteId), cancellationToken);

    /// <inheritdoc/>
    public Task PostAgainAsync(ProjectId project, string lanes, CancellationToken cancellationToken) =>
        WriteAsync(session => AnswerRows.PostAgain(session, project, lanes), cancellationToken);

    /// <inheritdoc/>
    public Task RecordFailedAsync(Answer answer, string problem, DateTimeOffset? notBefore, CancellationToken cancellationToken) =>
        WriteAsync(session => AnswerRows.RecordFailed(session, answer, problem, notBefore), cancellationToken);

    /// <inheritdoc/>
    public Task PostponeAnswersAsync(string forge, ProjectId? project, DateTimeOffset until, CancellationToken cancellationToken) =>
        WriteAsync(session => AnswerRows.Postpone(session, forge, project, until), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Answer>> ListDeadAnswersAsync(int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => AnswerRows.ListDead(session, limit), cancellationToken);
}
