using System.Collections.Immutable;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <content>Who is to be told of ended runs.</content>
public sealed partial class SqliteExperimentStore : INoticeStore
{
    /// <inheritdoc/>
    public Task<ImmutableArray<RunEnding>> ListEndingsAsync(int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => NoticeRows.ListEndings(session, limit), cancellationToken);

    /// <inheritdoc/>
    public Task SetNoticesAsync(RunEnding ending, IReadOnlyList<WantedNotice> notices, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(session => NoticeRows.Set(session, ending, notices, now), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Notice>> ListDueNoticesAsync(DateTimeOffset now, IReadOnlyCollection<string> silent, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => NoticeRows.ListDue(session, now, silent, limit), cancellationToken);

    /// <inheritdoc/>
    public Task EndNoticeAsync(long id, CancellationToken cancellationToken) => WriteAsync(session => NoticeRows.End(session, id), cancellationToken);

    /// <inheritdoc/>
    public Task PostponeNoticeAsync(long id, DateTimeOffset notBefore, CancellationToken cancellationToken) =>
        WriteAsync(session => NoticeRows.Postpone(session, id, notBefore), cancellationToken);
}
