using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;
using SQLitePCL;

namespace GradientCI.Storage.Tests.Sqlite;

public sealed class SqliteDeliveryStoreTests : DeliveryStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Deliveries_that_wait_for_the_same_commit_share_it()
    {
        var commits = 0;
        var writer = ((SqliteExperimentStore)Store).Writer;
        using var gate = new ManualResetEventSlim();
        var busy = writer.RunAsync(
            session =>
            {
                raw.sqlite3_commit_hook(session.Connection.Handle, _ => Interlocked.Increment(ref commits) * 0, null);
                gate.Wait();
                return true;
            },
            CancellationToken.None);

        var receipts = Enumerable.Range(0, 1_000)
            .Select(number => Store.ReceiveAsync(new Delivery($"{number}", "push", StoreSamples.Noon, "{}"u8.ToArray()), CancellationToken.None)).ToList();
        gate.Set();

        (await Task.WhenAll(receipts)).ShouldAllBe(receipt => receipt == DeliveryReceipt.Accepted);
        await busy;
        commits.ShouldBeInRange(4, 5);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_delivery_that_a_full_disk_keeps_out_is_refused_at_once()
    {
        var store = (SqliteExperimentStore)Store;
        store.AwaitSpace = (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
        await store.Writer.RunAsync(session => session.Number("PRAGMA max_page_count = 1"), CancellationToken.None);

        var refusal = await Should.ThrowAsync<GradientException>(
            () => Store.ReceiveAsync(new Delivery("one", "push", StoreSamples.Noon, new byte[1 << 20]), CancellationToken.None));

        refusal.Message.ShouldContain("is full");
    }

    [Fact(Timeout = 60_000)]
    public async Task Deliveries_that_waited_during_an_upgrade_have_their_repositories_and_numbers()
    {
        var data = _folder["old"];
        var old = Migration.All().Where(migration => migration.Number <= 4).ToList();
        await using (var before = await SqliteExperimentStore.OpenAsync(data, TimeProvider.System, old, TimeSpan.FromSeconds(30), LeaseClock.OfTheMachine, CancellationToken.None))
        {
            await before.Writer.RunAsync(
                session => session.Execute(
                    """
                    INSERT INTO deliveries (id, event, received_at, state, body) VALUES
                        ('a', 'push', 1000, 'received', CAST('{"repository": {"id": 42}}' AS BLOB)),
                        ('b', 'installation', 2000, 'received', CAST('{"installation": {"id": 7}}' AS BLOB)),
                        ('c', 'push', 3000, 'received', CAST('{"repository": {"id": "x"}}' AS BLOB)),
                        ('d', 'push', 4000, 'received', x'ff'),
                        ('e', 'push', 5000, 'done', x'')
                    """),
                CancellationToken.None);
        }

        await using var store = await SqliteExperimentStore.OpenAsync(data, TimeProvider.System, CancellationToken.None);

        (await store.ListDueDeliveriesAsync(StoreSamples.Noon, [], 10, CancellationToken.None))
            .Select(each => (each.Id, each.Repository, each.Number))
            .ShouldBe([("a", 42L, 1L), ("b", null, 2L), ("c", null, 3L), ("d", null, 4L)]);
    }

    protected override async Task<IDeliveryStore> OpenAsync() => await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, CancellationToken.None);

    protected override ValueTask CloseAsync(IDeliveryStore store) => ((SqliteExperimentStore)store).DisposeAsync();
}
