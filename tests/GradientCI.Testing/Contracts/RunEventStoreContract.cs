using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What every record of events promises: all of them, in one order, each once, from wherever one goes on.</summary>
public abstract class RunEventStoreContract : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>What writes.</summary>
    protected IExperimentStore Store { get; private set; } = null!;

    /// <summary>What is read.</summary>
    protected IRunEventStore Events { get; private set; } = null!;

    public async Task InitializeAsync() => (Store, Events) = await OpenAsync();

    public async Task DisposeAsync() => await Store.DisposeAsync();

    protected abstract Task<(IExperimentStore Store, IRunEventStore Events)> OpenAsync();

    [Fact(Timeout = Patience)]
    public async Task What_happens_is_told_in_its_order()
    {
        var run = await Store.AddRunAsync(trials: 1);
        var attempt = await Store.StartAsync(new TrialId(run.Id, 1));
        await AppendAsync(attempt, "loss", StoreSamples.Points(2));
        await AppendAsync(attempt, "loss", StoreSamples.Points(1, from: 2));
        await Store.EndAsync(attempt, TrialState.Failed);
        await Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Finished, StoreSamples.Noon) { Passed = false, Best = 0.5 }, None);

        var page = (await Events.ReadEventsAsync(run.Id, default, 100, None))!;

        page.Events.Select(each => each switch
        {
            RunMovedOn moved => $"run {moved.State} {moved.Passed} {moved.Best}",
            TrialMovedOn moved => $"{moved.Trial} {moved.State}",
            SeriesGrew grew => $"{grew.Trial} {grew.Metric} {grew.First}+{grew.Points.Length}",
            _ => "?",
        }).ShouldBe(
            ["run Queued  ", "1 Queued", "1 Starting", "1 Running", "1 loss 0+2", "1 loss 2+1", "1 Failed", "run Finished False 0.5"]);
        page.Events.OfType<SeriesGrew>().SelectMany(grew => grew.Points).ShouldBe(StoreSamples.Points(3));
        page.Events.Select(each => each.At.Number).ShouldBe(Enumerable.Range(1, 8).Select(number => (long)number));
        (page.Until, page.IsOver).ShouldBe((new RunPosition(8), true));
    }

    [Fact(Timeout = Patience)]
    public async Task Whoever_goes_on_anywhere_gets_exactly_the_rest()
    {
        var run = await Store.AddRunAsync(trials: 2);
        var attempt = await Store.StartAsync(new TrialId(run.Id, 2));
        await AppendAsync(attempt, "loss", StoreSamples.Points(1_234));
        await AppendAsync(attempt, "acc", StoreSamples.Points(3));
        await AppendAsync(attempt, "loss", StoreSamples.Points(5_000, from: 1_234));
        var all = await ReadAllAsync(run.Id, default, limit: 100);

        all.Count.ShouldBe(5 + 3 + 1 + 10);
        for (var known = 0; known <= all.Count; known++)
        {
            var rest = await ReadAllAsync(run.Id, known == 0 ? default : all[known - 1].At, limit: 1 + (known % 4));

            rest.Select(Text).ShouldBe(all.Skip(known).Select(Text));
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_page_holds_no_more_points_than_somebody_can_bear()
    {
        var run = await Store.AddRunAsync(trials: 1);
        await AppendAsync(await Store.StartAsync(new TrialId(run.Id, 1)), "loss", StoreSamples.Points(20_000));

        var page = (await Events.ReadEventsAsync(run.Id, default, 100, None))!;

        page.Events.OfType<SeriesGrew>().Sum(grew => grew.Points.Length).ShouldBe(5_000);
        page.Until.ShouldBe(page.Events[^1].At);
        (await ReadAllAsync(run.Id, default, 100)).OfType<SeriesGrew>().SelectMany(grew => grew.Points).ShouldBe(StoreSamples.Points(20_000));
    }

    [Fact(Timeout = Patience)]
    public async Task Points_that_a_new_attempt_forgot_are_passed_over_and_its_own_begin_again()
    {
        var run = await Store.AddRunAsync(trials: 1);
        var trial = new TrialId(run.Id, 1);
        await AppendAsync(await Store.StartAsync(trial), "loss", StoreSamples.Points(3));
        await Store.UpdateTrialAsync(
            new TrialUpdate(trial, TrialState.Running, TrialState.Queued, StoreSamples.Attempt(trial) with { Outcome = AttemptOutcome.Lost }) { ForgetPoints = true }, None);
        await AppendAsync(await Store.StartAsync(trial, attempt: 2), "loss", StoreSamples.Points(2, from: 100));

        var grew = (await ReadAllAsync(run.Id, default, 100)).OfType<SeriesGrew>().ShouldHaveSingleItem();

        grew.First.ShouldBe(0);
        grew.Points.ShouldBe(StoreSamples.Points(2, from: 100));
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_is_over_when_it_has_ended_with_all_its_trials_and_goes_on_when_it_is_retried()
    {
        var run = await Store.AddRunAsync(trials: 1);
        var attempt = await Store.StartAsync(new TrialId(run.Id, 1));
        await Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Cancelled, StoreSamples.Noon, "Cancelled by a person."), None);

        var before = (await Events.ReadEventsAsync(run.Id, default, 100, None))!;
        await Store.EndAsync(attempt, TrialState.Cancelled);
        var after = (await Events.ReadEventsAsync(run.Id, before.Until, 100, None))!;
        await Store.UpdateTrialAsync(new TrialUpdate(attempt.Trial, TrialState.Cancelled, TrialState.Queued), None);
        await Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Cancelled], RunState.Queued, StoreSamples.Noon), None);
        var again = (await Events.ReadEventsAsync(run.Id, after.Until, 100, None))!;

        (before.IsOver, after.IsOver, again.IsOver).ShouldBe((false, true, false));
        again.Events.Length.ShouldBe(2);
    }

    [Fact(Timeout = Patience)]
    public async Task There_are_no_events_of_a_run_that_is_not_there() =>
        (await Events.ReadEventsAsync(new RunId(new ProjectId("p"), "digits", 1), default, 100, None)).ShouldBeNull();

    private static string Text(RunEvent told) => told is SeriesGrew grew ? $"{grew.At} {grew.Metric} {grew.First} {string.Join(' ', grew.Points)}" : $"{told}";

    private async Task AppendAsync(AttemptId attempt, string metric, IReadOnlyList<MetricPoint> points) =>
        (await Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk(metric, points)], 0, 0, None)).ShouldBeTrue();

    private async Task<List<RunEvent>> ReadAllAsync(RunId run, RunPosition after, int limit)
    {
        var all = new List<RunEvent>();
        while ((await Events.ReadEventsAsync(run, after, limit, None))! is var page && page.Until != after)
        {
            all.AddRange(page.Events);
            after = page.Until;
        }

        return all;
    }
}
