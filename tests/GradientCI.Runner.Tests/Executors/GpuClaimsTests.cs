using GradientCI.Runner.Executors.Slots;
using GradientCI.Runner.Hosts;
using GradientCI.Specs;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Executors;

/// <summary>Two processes on one data folder never hand out the same GPU; here each pool stands for a process.</summary>
public sealed class GpuClaimsTests : IDisposable
{
    private static readonly ResourceSpec Whole = new() { Gpus = 1 };
    private static readonly ResourceSpec Half = new() { Gpus = 0.5 };

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Two_processes_get_different_gpus()
    {
        using var ours = Pool(gpus: 2);
        using var theirs = Pool(gpus: 2);

        using var first = await ours.AcquireAsync(Whole, CancellationToken.None);
        using var second = await theirs.AcquireAsync(Whole, CancellationToken.None);

        (first.Gpus.Single(), second.Gpus.Single()).ShouldBe((0, 1));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_gpu_of_another_process_is_waited_for()
    {
        using var ours = Pool(gpus: 1);
        using var theirs = Pool(gpus: 1);
        var first = await ours.AcquireAsync(Whole, CancellationToken.None);
        var waiting = theirs.AcquireAsync(Whole, CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(3));
        waiting.IsCompleted.ShouldBeFalse();
        first.Dispose();
        _time.Advance(TimeSpan.FromSeconds(1));

        using var second = await waiting;
        second.Gpus.Single().ShouldBe(0);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_shared_gpu_stays_with_its_process_until_the_last_part_is_free()
    {
        using var ours = Pool(gpus: 1);
        using var theirs = Pool(gpus: 1);
        var first = await ours.AcquireAsync(Half, CancellationToken.None);
        var second = await ours.AcquireAsync(Half, CancellationToken.None);

        var waiting = theirs.AcquireAsync(Half, CancellationToken.None);

        first.Dispose();
        _time.Advance(TimeSpan.FromSeconds(1));
        waiting.IsCompleted.ShouldBeFalse();
        second.Dispose();
        _time.Advance(TimeSpan.FromSeconds(1));

        using var third = await waiting;
        third.Gpus.Single().ShouldBe(0);
    }

    [Fact]
    public async Task A_request_that_has_to_wait_claims_nothing()
    {
        using var ours = Pool(gpus: 2);
        using var theirs = Pool(gpus: 2);
        using var first = await ours.AcquireAsync(Whole, CancellationToken.None);
        var both = theirs.AcquireAsync(new ResourceSpec { Gpus = 2 }, CancellationToken.None);

        both.IsCompleted.ShouldBeFalse();
        using var second = await ours.AcquireAsync(Whole, CancellationToken.None);

        second.Gpus.Single().ShouldBe(1);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_gpu_of_what_runs_already_is_claimed_as_soon_as_its_last_owner_lets_go()
    {
        using var ours = Pool(gpus: 1);
        using var theirs = Pool(gpus: 1);
        var dying = await theirs.AcquireAsync(Whole, CancellationToken.None);
        var adopted = ours.Reserve(Whole, [0]);

        dying.Dispose();
        _time.Advance(TimeSpan.FromSeconds(1));
        var waiting = theirs.AcquireAsync(Whole, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(3));
        waiting.IsCompleted.ShouldBeFalse();
        adopted.Dispose();
        _time.Advance(TimeSpan.FromSeconds(1));

        (await waiting).Dispose();
    }

    public void Dispose() => _folder.Dispose();

    private SlotPool Pool(int gpus) => new(4, GpuInventory.Declare(gpus).Devices, new GpuClaims(_folder["gpus"]), _time);
}
