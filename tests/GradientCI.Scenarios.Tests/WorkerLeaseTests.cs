using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Linux;
using GradientCI.Runner.Workers;
using GradientCI.Storage.Sqlite;
using GradientCI.Testing;

namespace GradientCI.Scenarios.Tests;

/// <summary>Who is taken for dead, and what is cleared away behind them.</summary>
public sealed class WorkerLeaseTests : IAsyncLifetime, IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly ManualTimeProvider _clock = new();
    private readonly TemporaryFolder _folder = new();
    private SqliteExperimentStore _store = null!;

    private DataFolder Data => new(_folder.Path);

    private string[] Files => [.. Directory.EnumerateFiles(Data.WorkerLocks).Select(path => Path.GetFileNameWithoutExtension(path)!)];

    public async Task InitializeAsync()
    {
        _store = await SqliteExperimentStore.OpenAsync(_folder.Path, _clock, None);
        Directory.CreateDirectory(Data.WorkerLocks);
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_worker_that_leaves_leaves_nothing()
    {
        await using (var lease = await BeginAsync())
        {
            Files.ShouldBe([lease.Id.Value]);
        }

        Files.ShouldBeEmpty();
        (await _store.ListWorkersAsync(None)).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_dead_worker_is_buried_by_the_next()
    {
        var dead = await LeaseAsync("dead");
        File.WriteAllText(Data.WorkerLock(dead), "");

        await using var lease = await BeginAsync();

        Files.ShouldBe([lease.Id.Value]);
        (await _store.ListWorkersAsync(None)).Select(each => each.Worker.Id).ShouldBe([lease.Id]);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_lock_file_of_a_worker_that_was_killed_before_its_lease_or_halfway_through_a_burial_stayed_for_good()
    {
        File.WriteAllText(Data.WorkerLock(new WorkerId("no-lease")), "");

        await using var lease = await BeginAsync();

        Files.ShouldBe([lease.Id.Value]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_worker_that_has_its_lock_and_no_lease_yet_is_left_alone()
    {
        using var taken = FileLock.TryTake(Data.WorkerLock(new WorkerId("about-to-begin")));

        await using var lease = await BeginAsync();

        Files.ShouldBe(["about-to-begin", lease.Id.Value], ignoreOrder: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_living_worker_whose_lock_file_somebody_deleted_keeps_its_lease()
    {
        var living = await LeaseAsync("living");

        await using var lease = await BeginAsync();

        (await _store.ListWorkersAsync(None)).Select(each => each.Worker.Id).ShouldBe([living, lease.Id], ignoreOrder: true);
        Files.ShouldBe([lease.Id.Value]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_lease_that_ran_out_and_has_no_file_is_forgotten()
    {
        await _store.RenewAsync(new Worker(new WorkerId("old"), Environment.MachineName, 1, TakesAnyRun: true), TimeSpan.FromSeconds(-1), None);

        await using var lease = await BeginAsync();

        (await _store.ListWorkersAsync(None)).Select(each => each.Worker.Id).ShouldBe([lease.Id]);
    }

    private Task<WorkerLease> BeginAsync() => WorkerLease.BeginAsync(Data, _store, takesAnyRun: true, _clock, None);

    private async Task<WorkerId> LeaseAsync(string name)
    {
        var worker = new Worker(new WorkerId(name), Environment.MachineName, 1, TakesAnyRun: true);
        await _store.RenewAsync(worker, WorkerLease.Length, None);
        return worker.Id;
    }
}
