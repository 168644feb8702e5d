using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Storage.Tests.Sqlite;

public sealed class RetentionTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Reclaiming_leaves_no_row_of_a_large_run_and_makes_the_file_small()
    {
        await using var store = await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, None);
        await AddLargeRunAsync(store);

        var reclaimed = await store.ReclaimAsync(None);

        foreach (var table in new[] { "chunks", "series", "attempts", "trials", "runs" })
        {
            (await NumberAsync(store, $"SELECT count(*) FROM {table}")).ShouldBe(table == "runs" ? 1 : 0, table);
        }

        reclaimed.BytesBefore.ShouldBeGreaterThan(16 << 20);
        reclaimed.BytesAfter.ShouldBeLessThan(1 << 20);
        (await NumberAsync(store, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'")).ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task No_step_of_reclaiming_takes_a_large_run_at_once()
    {
        await using var store = await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, None);
        await AddLargeRunAsync(store);
        var chunks = await NumberAsync(store, "SELECT count(*) FROM chunks");

        var steps = 0;
        while (await store.Writer.RunAsync(RetentionRows.Sweep, None))
        {
            var left = await NumberAsync(store, "SELECT count(*) FROM chunks");
            (chunks - left)!.Value.ShouldBeLessThanOrEqualTo(128);
            (chunks, steps) = (left, steps + 1);
        }

        steps.ShouldBeGreaterThan(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task While_a_worker_lives_the_file_stays_as_large_as_it_is()
    {
        await using var store = await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, None);
        await AddLargeRunAsync(store);
        await store.RenewAsync(new Worker(new WorkerId("1"), "box", 1, true), TimeSpan.FromMinutes(1), None);

        var reclaimed = await store.ReclaimAsync(None);

        reclaimed.BytesAfter.ShouldBeGreaterThanOrEqualTo(reclaimed.BytesBefore);
        reclaimed.FreeBytes.ShouldBeGreaterThan(16 << 20);
    }

    [Fact]
    public async Task A_deleted_run_is_no_word_to_complete()
    {
        await using var store = await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, None);
        var run = await store.AddRunAsync();
        await store.AddRunAsync();
        await store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Finished, StoreSamples.Noon), None);
        await store.MarkAnnouncedAsync(run.Id, None);

        (await store.DeleteRunAsync(run.Id, null, None)).ShouldBeTrue();

        RunNames.Newest(_folder.Path, null, 9).ShouldBe(["digits#2"]);
        RunNames.Newest(_folder.Path, run.Id.Project, 9).ShouldBe(["digits#2"]);
    }

    // 800,000 points are 19 MB in 240 chunks.
    private async Task AddLargeRunAsync(SqliteExperimentStore store)
    {
        var run = await store.AddRunAsync(trials: 40);
        var points = StoreSamples.Points(20_000);
        for (var number = 1; number <= 40; number++)
        {
            var attempt = await store.StartAsync(new TrialId(run.Id, number));
            await store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", points)], 1, 0, None);
            await store.EndAsync(attempt);
        }

        await store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Finished, StoreSamples.Noon), None);
        await store.MarkAnnouncedAsync(run.Id, None);
        await store.AddRunAsync();
        (await store.DeleteRunAsync(run.Id, null, None)).ShouldBeTrue();
        using var other = SqliteSession.Open(_folder["gradientci.db"], TimeSpan.FromSeconds(10));
        other.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private static Task<long?> NumberAsync(SqliteExperimentStore store, string sql) => store.Writer.RunAsync(session => session.Number(sql), None);
}
