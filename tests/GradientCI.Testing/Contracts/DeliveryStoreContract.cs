using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What every inbox of a forge promises: nothing lost, nothing taken twice.</summary>
public abstract class DeliveryStoreContract : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = StoreSamples.Noon;

    /// <summary>The store.</summary>
    protected IDeliveryStore Store { get; private set; } = null!;

    public async Task InitializeAsync() => Store = await OpenAsync();

    public async Task DisposeAsync() => await CloseAsync(Store);

    protected abstract Task<IDeliveryStore> OpenAsync();

    protected abstract ValueTask CloseAsync(IDeliveryStore store);

    [Fact(Timeout = Patience)]
    public async Task A_delivery_is_kept_as_it_came()
    {
        byte[] body = [0, 255, .. "{\"ref\": \"ä\"}"u8];

        (await Store.ReceiveAsync(new Delivery("one", "push", Noon, body), None)).ShouldBe(DeliveryReceipt.Accepted);

        var delivery = (await Store.ListDueDeliveriesAsync(Noon, [], 10, None)).ShouldHaveSingleItem();
        (delivery.Id, delivery.Event, delivery.ReceivedAt, delivery.Attempts).ShouldBe(("one", "push", Noon, 0));
        delivery.Body.ToArray().ShouldBe(body);
    }

    [Fact(Timeout = Patience)]
    public async Task A_delivery_that_waits_or_is_over_is_a_duplicate_when_it_comes_again()
    {
        await ReceiveAsync("waits", "is done", "is ignored");
        await EndAsync("is done", DeliveryState.Done);
        await EndAsync("is ignored", DeliveryState.Ignored);

        foreach (var id in (string[])["waits", "is done", "is ignored"])
        {
            (await Store.ReceiveAsync(Some(id), None)).ShouldBe(DeliveryReceipt.Duplicate, id);
        }

        (await DueAsync(Noon)).ShouldBe(["waits"]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_delivery_that_failed_is_taken_again_as_it_comes_then()
    {
        await ReceiveAsync("one");
        await EndAsync("one", DeliveryState.Failed);
        (await DueAsync(Noon.AddDays(9))).ShouldBeEmpty();

        (await Store.ReceiveAsync(Some("one") with { ReceivedAt = Noon.AddHours(1), Body = "again"u8.ToArray() }, None)).ShouldBe(DeliveryReceipt.TakenAgain);

        var delivery = (await Store.ListDueDeliveriesAsync(Noon, [], 10, None)).ShouldHaveSingleItem();
        (delivery.Attempts, delivery.ReceivedAt, delivery.Number).ShouldBe((0, Noon.AddHours(1), 1));
        delivery.Body.ToArray().ShouldBe("again"u8.ToArray());
        (await Store.ReceiveAsync(Some("one"), None)).ShouldBe(DeliveryReceipt.Duplicate);
    }

    [Fact(Timeout = Patience)]
    public async Task Deliveries_are_listed_oldest_first_and_only_when_they_are_due()
    {
        await ReceiveAsync("first", "second", "third");
        await Store.EndDeliveryAsync("first", DeliveryState.Received, "The disk was full.", Noon.AddSeconds(10), None);

        (await DueAsync(Noon)).ShouldBe(["second", "third"]);
        (await DueAsync(Noon.AddSeconds(10))).ShouldBe(["first", "second", "third"]);
        (await Store.ListDueDeliveriesAsync(Noon.AddSeconds(10), [], 2, None)).Select(each => (each.Id, each.Attempts)).ShouldBe([("first", 1), ("second", 0)]);
    }

    [Fact(Timeout = Patience)]
    public async Task Deliveries_of_busy_repositories_are_passed_over_and_those_of_none_never_are()
    {
        (string Id, long? Repository)[] deliveries = [("a", 1), ("b", 2), ("c", null), ("d", 1), ("e", 3)];
        foreach (var (id, repository) in deliveries)
        {
            await Store.ReceiveAsync(Some(id) with { Repository = repository }, None);
        }

        var due = await Store.ListDueDeliveriesAsync(Noon, [1, 3], 10, None);

        due.Select(each => (each.Id, each.Repository)).ShouldBe([("b", 2), ("c", null)]);
        (await Store.ListDueDeliveriesAsync(Noon, [2], 2, None)).Select(each => each.Id).ShouldBe(["a", "c"]);
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_over_stays_over()
    {
        await ReceiveAsync("one");
        await EndAsync("one", DeliveryState.Done);

        await EndAsync("one", DeliveryState.Received);

        (await DueAsync(Noon.AddDays(1))).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task Deliveries_are_counted_by_event_and_state()
    {
        await ReceiveAsync("a", "b", "c");
        await Store.ReceiveAsync(Some("d") with { Event = "star" }, None);
        await EndAsync("b", DeliveryState.Done);
        await EndAsync("d", DeliveryState.Ignored);

        (await Store.CountDeliveriesAsync(None)).ShouldBe(
            [("push", DeliveryState.Done, 1), ("push", DeliveryState.Received, 2), ("star", DeliveryState.Ignored, 1)]);
    }

    [Fact(Timeout = Patience)]
    public async Task Old_ids_are_forgotten_and_what_waits_never_is()
    {
        await ReceiveAsync("waits", "done", "failed");
        await EndAsync("done", DeliveryState.Done);
        await EndAsync("failed", DeliveryState.Failed);
        await Store.ReceiveAsync(Some("young") with { ReceivedAt = Noon.AddDays(2) }, None);
        await EndAsync("young", DeliveryState.Done);

        (await Store.ForgetDeliveriesAsync(Noon.AddDays(1), None)).ShouldBe(2);

        (await DueAsync(Noon)).ShouldBe(["waits"]);
        (await Store.ReceiveAsync(Some("done"), None)).ShouldBe(DeliveryReceipt.Accepted);
        (await Store.ReceiveAsync(Some("young"), None)).ShouldBe(DeliveryReceipt.Duplicate);
    }

    [Fact(Timeout = Patience)]
    public async Task Numbers_go_on_when_everything_is_forgotten()
    {
        await ReceiveAsync("a", "b");
        await EndAsync("a", DeliveryState.Done);
        await EndAsync("b", DeliveryState.Done);

        await Store.ForgetDeliveriesAsync(Noon.AddDays(1), None);
        await ReceiveAsync("c");

        (await Store.ListDueDeliveriesAsync(Noon, [], 10, None)).ShouldHaveSingleItem().Number.ShouldBe(3);
    }

    [Fact(Timeout = Patience)]
    public async Task Deliveries_that_come_together_are_taken_once_each()
    {
        const int Count = 500;

        var receipts = await Task.WhenAll(Enumerable.Range(0, Count).Select(number => Store.ReceiveAsync(Some($"{number / 2}"), None)));

        receipts.Count(receipt => receipt == DeliveryReceipt.Accepted).ShouldBe(Count / 2);
        receipts.Count(receipt => receipt == DeliveryReceipt.Duplicate).ShouldBe(Count / 2);
        (await DueAsync(Noon)).Count.ShouldBe(Count / 2);
    }

    private static Delivery Some(string id) => new(id, "push", Noon, "{}"u8.ToArray());

    private async Task ReceiveAsync(params string[] ids)
    {
        foreach (var id in ids)
        {
            (await Store.ReceiveAsync(Some(id), None)).ShouldBe(DeliveryReceipt.Accepted);
        }
    }

    private Task EndAsync(string id, DeliveryState state) => Store.EndDeliveryAsync(id, state, "Because.", default, None);

    private async Task<List<string>> DueAsync(DateTimeOffset now) => [.. (await Store.ListDueDeliveriesAsync(now, [], 10_000, None)).Select(each => each.Id)];
}
