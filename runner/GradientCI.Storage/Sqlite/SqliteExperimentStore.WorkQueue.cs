using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <content>Who drives what.</content>
public sealed partial class SqliteExperimentStore
{
    /// <inheritdoc/>
    public Task RenewAsync(Worker worker, TimeSpan lease, CancellationToken cancellationToken) =>
        WriteAsync(session => WorkerRows.Renew(session, worker, lease, _clock), cancellationToken);

    /// <inheritdoc/>
    public Task EndLeaseAsync(WorkerId worker, CancellationToken cancellationToken) =>
        WriteAsync(session => WorkerRows.EndLease(session, worker), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<(Worker Worker, bool IsAlive)>> ListWorkersAsync(CancellationToken cancellationToken) =>
        ReadAsync(session => WorkerRows.List(session, _clock), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Run>> ListOpenRunsAsync(WorkerId worker, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => RunRows.ListOpen(session, worker, limit, _clock), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> AttendAsync(RunId run, WorkerId worker, CancellationToken cancellationToken) =>
        WriteAsync(session => RunRows.Attend(session, run, worker, _clock), cancellationToken);

    /// <inheritdoc/>
    public Task<ClaimResult> ClaimTrialAsync(TrialClaim claim, CancellationToken cancellationToken) =>
        WriteAsync(session => ClaimRows.Claim(session, claim, _clock), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Trial>> ListOrphansAsync(RunId run, WorkerId worker, CancellationToken cancellationToken) =>
        ReadAsync(session => ClaimRows.ListOrphans(session, run, worker, _clock), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> TakeOverAsync(AttemptId attempt, WorkerId worker, CancellationToken cancellationToken) =>
        WriteAsync(session => ClaimRows.TakeOver(session, attempt, worker, _clock), cancellationToken);

    /// <inheritdoc/>
    public Task<TrialChanges> ListChangesAsync(RunId run, long since, CancellationToken cancellationToken) =>
        ReadAsync(session => TrialRows.ListChanges(session, run, since), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Run>> ListUnannouncedAsync(WorkerId worker, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => RunRows.ListUnannounced(session, worker, limit, _clock), cancellationToken);

    /// <inheritdoc/>
    public Task MarkAnnouncedAsync(RunId run, CancellationToken cancellationToken) =>
        WriteAsync(session => RunRows.MarkAnnounced(session, run), cancellationToken);
}
