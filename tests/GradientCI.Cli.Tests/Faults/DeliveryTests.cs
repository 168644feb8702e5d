using GradientCI.Storage.Sqlite;
using GradientCI.Stores;

namespace GradientCI.Cli.Tests.Faults;

/// <summary>What the service acknowledged is kept and done, whenever it is killed.</summary>
/// <remarks>GRADIENTCI_FAULTS multiplies the deliveries and the kills, for a longer look than a build has time for.</remarks>
public sealed class DeliveryTests
{
    private const int Senders = 8;
    private static readonly int Factor = int.TryParse(Environment.GetEnvironmentVariable("GRADIENTCI_FAULTS"), out var factor) ? factor : 1;

    [Fact(Timeout = 600_000)]
    public async Task Whenever_the_service_is_killed_no_delivery_is_lost_and_none_is_taken_twice()
    {
        var (deliveries, kills) = (400 * Factor, 3 * Factor);
        using var served = new ServedFolder();
        await served.StartAsync();
        (await served.GetAsync("/healthz")).IsSuccessStatusCode.ShouldBeTrue();

        var (next, acknowledged) = (0, 0);
        var restarted = new TaskCompletionSource();
        var receipts = new List<(string Id, string Replay)>();
        var senders = Enumerable.Range(0, Senders).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var number && number <= deliveries)
            {
                await UntilAcknowledgedAsync($"delivery-{number}");
                if (Interlocked.Increment(ref acknowledged) % 5 == 0)
                {
                    var replay = await UntilAcknowledgedAsync($"delivery-{number}");
                    lock (receipts)
                    {
                        receipts.Add(($"delivery-{number}", replay));
                    }
                }
            }
        }).ToList();
        for (var kill = 1; kill <= kills; kill++)
        {
            while (Volatile.Read(ref acknowledged) < deliveries * kill / (kills + 1))
            {
                await served.Heard.WaitAsync();
            }

            await served.KillAsync();
            await served.StartAsync();
            Interlocked.Exchange(ref restarted, new TaskCompletionSource()).SetResult();
        }

        await Task.WhenAll(senders);
        await using var store = await SqliteExperimentStore.OpenAsync(served.Data, TimeProvider.System, CancellationToken.None);
        while ((await store.CountDeliveriesAsync(CancellationToken.None)).Any(each => each.State == DeliveryState.Received))
        {
            // The service says so after each that is done.
            await served.Heard.WaitAsync();
        }

        (await store.CountDeliveriesAsync(CancellationToken.None)).ShouldBe([("push", DeliveryState.Done, deliveries)]);
        receipts.Count.ShouldBe(deliveries / 5);
        receipts.ShouldAllBe(each => each.Replay == "duplicate");
        (await served.TerminateAsync()).ShouldBe(0, served.Said);
        served.Said.ShouldNotContain("a secret of this test alone");
        DatabaseCheck.Of(Path.Combine(served.Data, "gradientci.db")).ShouldBe("ok");

        async Task<string> UntilAcknowledgedAsync(string id)
        {
            while (true)
            {
                // Taken before it is sent, so that no restart is missed.
                var again = Volatile.Read(ref restarted).Task;
                if (await served.DeliverAsync(id) is { } receipt)
                {
                    return receipt;
                }

                await again;
            }
        }
    }
}
