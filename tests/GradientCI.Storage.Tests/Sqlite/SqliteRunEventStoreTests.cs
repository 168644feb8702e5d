using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Storage.Tests.Sqlite;

public sealed class SqliteRunEventStoreTests : RunEventStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_database_from_before_there_were_events_tells_how_its_runs_stand()
    {
        using var old = new TemporaryFolder();
        ReleasedDatabase.Write(old.Path);
        await using var store = await SqliteExperimentStore.OpenAsync(old.Path, TimeProvider.System, CancellationToken.None);
        var run = (await store.ListRunsAsync(new RunQuery { Number = 1 }, CancellationToken.None)).ShouldHaveSingleItem();

        var page = (await store.ReadEventsAsync(run.Id, default, 100, CancellationToken.None))!;

        page.IsOver.ShouldBeTrue();
        page.Events[0].ShouldBeOfType<RunMovedOn>().State.ShouldBe(RunState.Finished);
        page.Events.OfType<TrialMovedOn>().Count(each => each.State == TrialState.Succeeded).ShouldBe(3);
        page.Events.OfType<SeriesGrew>().Where(each => each.Metric == "score").Select(each => each.Points[^1].Y).ShouldBe([2, 4, 6]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_deleted_run_takes_its_events_along_in_small_steps()
    {
        var run = await Store.AddRunAsync(trials: 3_000);
        await Store.AddRunAsync();
        foreach (var number in Enumerable.Range(1, 3))
        {
            await Store.AppendPointsAsync(await Store.StartAsync(new TrialId(run.Id, number)), WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(5))], 0, 0, CancellationToken.None);
        }

        var writer = ((SqliteExperimentStore)Store).Writer;
        await writer.RunAsync(session => session.Execute("UPDATE runs SET number = -number WHERE number = 1"), CancellationToken.None);
        var steps = 0;
        while (await writer.RunAsync(RetentionRows.Sweep, CancellationToken.None))
        {
            steps++;
        }

        steps.ShouldBeGreaterThan(1);
        (await writer.RunAsync(session => session.Number("SELECT count(*) FROM run_events"), CancellationToken.None)).ShouldBe(1);
    }

    protected override async Task<(IExperimentStore Store, IRunEventStore Events)> OpenAsync()
    {
        var store = await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, CancellationToken.None);
        return (store, store);
    }
}
