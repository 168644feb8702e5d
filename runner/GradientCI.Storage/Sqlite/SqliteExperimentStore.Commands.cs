using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <content>What people asked for in comments.</content>
public sealed partial class SqliteExperimentStore : ICommandStore
{
    /// <inheritdoc/>
    public Task<bool> RecordCommandAsync(CommentCommand command, WantedAnswer? reaction, CancellationToken cancellationToken) =>
        WriteAsync(session => CommandRows.Record(session, command, reaction), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<CommentCommand>> ListCommandsAsync(ProjectId project, long comment, CancellationToken cancellationToken) =>
        ReadAsync(session => CommandRows.List(session, project, comment), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<CommentCommand>> ListCommandsAsync(
        ProjectId project, int pullRequest, CommitSha head, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => CommandRows.List(session, project, pullRequest, head, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<int> CountCommandsAsync(ProjectId project, CommandOutcome outcome, DateTimeOffset since, CancellationToken cancellationToken) =>
        ReadAsync(session => CommandRows.Count(session, project, outcome, since), cancellationToken);
}
