using System.Collections.Immutable;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <content>What forges delivered.</content>
public sealed partial class SqliteExperimentStore : IDeliveryStore
{
    /// <inheritdoc/>
    /// <remarks>Never waits for a full disk: the forge gives up after ten seconds, and is to hear at once that nothing was kept.</remarks>
    public async Task<DeliveryReceipt> ReceiveAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            return await Writer.RunAsync(session => DeliveryRows.Receive(session, delivery), cancellationToken);
        }
        catch (Exception exception) when (StorageFailures.IsStorageFailure(exception))
        {
            throw StorageFailures.Explain(exception, _path);
        }
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<Delivery>> ListDueDeliveriesAsync(
        DateTimeOffset now, IReadOnlyCollection<long> busy, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => DeliveryRows.ListDue(session, now, busy, limit), cancellationToken);

    /// <inheritdoc/>
    public Task EndDeliveryAsync(string id, DeliveryState state, string note, DateTimeOffset notBefore, CancellationToken cancellationToken) =>
        WriteAsync(session => DeliveryRows.End(session, id, state, note, notBefore), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<(string Event, DeliveryState State, int Count)>> CountDeliveriesAsync(CancellationToken cancellationToken) =>
        ReadAsync(DeliveryRows.Count, cancellationToken);

    /// <inheritdoc/>
    public Task<int> ForgetDeliveriesAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        WriteAsync(session => DeliveryRows.Forget(session, before), cancellationToken);
}
