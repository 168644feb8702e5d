using GradientCI.Runner.Executors.Slots;
using GradientCI.Runner.Hosts;
using GradientCI.Specs;

namespace GradientCI.Runner.Tests.Executors;

public sealed class SlotPoolTests
{
    [Fact]
    public void A_trial_takes_one_slot_unless_it_says_otherwise()
    {
        var pool = Pool(cpus: 3);

        Take(pool, new ResourceSpec());
        Take(pool, new ResourceSpec { Cpus = 1.5 });

        pool.AcquireAsync(new ResourceSpec { Cpus = 0.1 }, CancellationToken.None).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void Whole_GPUs_are_exclusive()
    {
        var pool = Pool(gpus: 3);

        Take(pool, Gpus(2)).Gpus.ShouldBe([0, 1]);
        Take(pool, Gpus(1)).Gpus.ShouldBe([2]);

        pool.AcquireAsync(Gpus(0.1), CancellationToken.None).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void A_trial_without_a_GPU_gets_none() => Take(Pool(gpus: 1), new ResourceSpec()).Gpus.ShouldBeEmpty();

    [Fact]
    public void Fractions_share_the_fullest_GPU_that_has_room()
    {
        var pool = Pool(gpus: 3);

        var seen = new[] { 0.3, 0.6, 0.5, 0.1, 0.5 }.Select(share => Take(pool, Gpus(share)).Gpus.Single());

        seen.ShouldBe([0, 0, 1, 0, 1]);
        Take(pool, Gpus(1)).Gpus.ShouldBe([2]);
    }

    [Fact]
    public void Ten_tenths_fill_a_GPU_and_three_thirds_do_too()
    {
        var pool = Pool(cpus: 20, gpus: 2);

        var tenths = Enumerable.Range(0, 10).Select(_ => Take(pool, Gpus(0.1)).Gpus.Single()).ToList();
        var thirds = Enumerable.Range(0, 3).Select(_ => Take(pool, Gpus(1 / 3.0)).Gpus.Single()).ToList();

        tenths.ShouldAllBe(gpu => gpu == 0);
        thirds.ShouldAllBe(gpu => gpu == 1);
    }

    [Fact]
    public void A_GPU_type_is_part_of_the_model_name()
    {
        var pool = new SlotPool(4, [new GpuDevice(0, "NVIDIA T4"), new GpuDevice(3, "NVIDIA A100-SXM4-80GB")]);

        Take(pool, Gpus(1) with { GpuType = "a100" }).Gpus.ShouldBe([3]);

        Should.Throw<GradientException>(() => pool.MostAtOnce(Gpus(1) with { GpuType = "h100" }))
            .Message.ShouldBe("A trial asks for 1 CPU slot and 1 GPU of type h100, and this machine has 4 CPU slots and 2 GPUs (1 × NVIDIA T4, 1 × NVIDIA A100-SXM4-80GB).");
    }

    [Theory]
    [InlineData(5, 0.0, "5 CPU slots, and this machine has 4 CPU slots")]
    [InlineData(1, 3.0, "3 GPUs, and this machine has 4 CPU slots and 2 GPUs")]
    [InlineData(1, 1.5, "resources.gpus is 1.5")]
    [InlineData(1, -1.0, "resources.gpus is -1")]
    [InlineData(1, double.NaN, "resources.gpus is NaN")]
    [InlineData(-1, 0.0, "resources.cpus is -1")]
    public void What_can_never_be_had_is_refused_at_once(double cpus, double gpus, string message)
    {
        var pool = Pool(cpus: 4, gpus: 2);

        var refusal = Should.Throw<GradientException>(() => { _ = pool.AcquireAsync(new ResourceSpec { Cpus = cpus, Gpus = gpus }, CancellationToken.None); });

        refusal.Kind.ShouldBe(FailureKind.Usage);
        refusal.Message.ShouldContain(message);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_big_request_is_not_overtaken_by_small_ones()
    {
        var pool = Pool(cpus: 2);
        var running = Take(pool, new ResourceSpec());
        var big = pool.AcquireAsync(new ResourceSpec { Cpus = 2 }, CancellationToken.None);
        var small = pool.AcquireAsync(new ResourceSpec(), CancellationToken.None);

        small.IsCompleted.ShouldBeFalse();
        running.Dispose();

        using (await big)
        {
            small.IsCompleted.ShouldBeFalse();
        }

        (await small).Dispose();
    }

    [Fact(Timeout = 10_000)]
    public async Task Whoever_gives_up_waiting_lets_the_next_one_through()
    {
        using var giveUp = new CancellationTokenSource();
        var pool = Pool(cpus: 2);
        using var running = Take(pool, new ResourceSpec());
        var big = pool.AcquireAsync(new ResourceSpec { Cpus = 2 }, giveUp.Token);
        var small = pool.AcquireAsync(new ResourceSpec(), CancellationToken.None);

        await giveUp.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => big);
        (await small).Dispose();
    }

    [Fact]
    public void Giving_back_twice_counts_once()
    {
        var pool = Pool(cpus: 2);
        var lease = Take(pool, new ResourceSpec());
        Take(pool, new ResourceSpec());

        lease.Dispose();
        lease.Dispose();

        Take(pool, new ResourceSpec());
        pool.AcquireAsync(new ResourceSpec(), CancellationToken.None).IsCompleted.ShouldBeFalse();
    }

    [Fact(Timeout = 10_000)]
    public async Task What_runs_already_takes_its_slots_even_where_none_is_free()
    {
        var pool = Pool(cpus: 2);
        var first = Take(pool, new ResourceSpec { Cpus = 2 });
        var adopted = pool.Reserve(new ResourceSpec { Cpus = 2 }, []);
        var waiting = pool.AcquireAsync(new ResourceSpec(), CancellationToken.None);

        first.Dispose();
        waiting.IsCompleted.ShouldBeFalse();
        adopted.Dispose();

        (await waiting).Dispose();
        Take(pool, new ResourceSpec { Cpus = 2 });
    }

    [Fact(Timeout = 10_000)]
    public async Task What_runs_already_takes_exactly_its_GPUs()
    {
        var pool = Pool(gpus: 3);
        var first = Take(pool, Gpus(0.5));
        var adopted = pool.Reserve(Gpus(2), [0, 2]);

        adopted.Gpus.ShouldBe([0, 2]);
        Take(pool, Gpus(1)).Gpus.ShouldBe([1]);
        first.Dispose();
        var waiting = pool.AcquireAsync(Gpus(0.5), CancellationToken.None);
        waiting.IsCompleted.ShouldBeFalse();
        adopted.Dispose();

        (await waiting).Gpus.ShouldBe([0]);
        Take(pool, Gpus(1)).Gpus.ShouldBe([2]);
    }

    [Fact]
    public void A_part_of_a_GPU_that_is_in_use_already_leaves_the_rest()
    {
        var pool = Pool(gpus: 1);

        using var adopted = pool.Reserve(Gpus(0.5), [0]);

        Take(pool, Gpus(0.5)).Gpus.ShouldBe([0]);
        pool.AcquireAsync(Gpus(0.1), CancellationToken.None).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void A_GPU_that_is_not_here_any_more_takes_nothing()
    {
        var pool = Pool(cpus: 4, gpus: 1);

        pool.Reserve(new ResourceSpec { Cpus = 8, Gpus = 2 }, [0, 7]).Dispose();

        Take(pool, new ResourceSpec { Cpus = 4, Gpus = 1 }).Gpus.ShouldBe([0]);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task However_requests_come_nothing_is_given_twice_and_everything_comes_back(int seed)
    {
        var random = new Random(seed);
        var pool = Pool(cpus: 6, gpus: 4);
        var held = new List<(SlotLease Lease, ResourceSpec Spec)>();
        var waiting = new Queue<(Task<SlotLease> Lease, ResourceSpec Spec)>();
        for (var step = 0; step < 3_000; step++)
        {
            if (random.Next(2) == 0 && waiting.Count < 20)
            {
                var spec = new ResourceSpec { Cpus = random.Next(1, 6), Gpus = random.Next(3) switch { 0 => 0, 1 => random.Next(1, 10) / 10.0, _ => random.Next(1, 5) } };
                waiting.Enqueue((pool.AcquireAsync(spec, CancellationToken.None), spec));
            }
            else if (held.Count > 0)
            {
                var at = random.Next(held.Count);
                held[at].Lease.Dispose();
                held.RemoveAt(at);
            }

            await CollectAsync();
            AssertNothingIsGivenTwice(held);
        }

        while (held.Count + waiting.Count > 0)
        {
            held.ForEach(pair => pair.Lease.Dispose());
            held.Clear();
            await CollectAsync();
            AssertNothingIsGivenTwice(held);
        }

        Take(pool, new ResourceSpec { Cpus = 6, Gpus = 4 }).Gpus.ShouldBe([0, 1, 2, 3]);

        // The first in the queue fits when nothing is held; otherwise only what is ready is taken, in order.
        async Task CollectAsync()
        {
            while (waiting.Count > 0 && (held.Count == 0 || waiting.Peek().Lease.IsCompleted))
            {
                var (lease, spec) = waiting.Dequeue();
                held.Add((await lease, spec));
            }
        }
    }

    private static void AssertNothingIsGivenTwice(List<(SlotLease Lease, ResourceSpec Spec)> held)
    {
        held.Sum(pair => pair.Spec.Cpus).ShouldNotBeNull().ShouldBeLessThanOrEqualTo(6);
        held.TrueForAll(pair => pair.Lease.Gpus.Distinct().Count() == (int)Math.Ceiling(pair.Spec.Gpus)).ShouldBeTrue();
        for (var gpu = 0; gpu < 4; gpu++)
        {
            held.Where(pair => pair.Lease.Gpus.Contains(gpu)).Sum(pair => Math.Min(1, pair.Spec.Gpus)).ShouldBeLessThanOrEqualTo(1 + 1e-9);
        }
    }

    private static SlotPool Pool(int cpus = 8, int gpus = 0) => new(cpus, GpuInventory.Declare(gpus).Devices);

    private static ResourceSpec Gpus(double count) => new() { Gpus = count };

    // What is free is given at once.
    private static SlotLease Take(SlotPool pool, ResourceSpec spec)
    {
        var lease = pool.AcquireAsync(spec, CancellationToken.None);
        lease.IsCompletedSuccessfully.ShouldBeTrue();
        return lease.Result;
    }
}
