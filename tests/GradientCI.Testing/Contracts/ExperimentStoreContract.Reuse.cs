using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

public abstract partial class ExperimentStoreContract
{
    [Fact(Timeout = Patience)]
    public async Task A_result_is_taken_over_with_every_point_and_with_the_time_it_took()
    {
        var from = await ComputedAsync(("loss", 5_000), ("acc", 3), ("odd", 4_096));
        var run = await Store.AddRunAsync(trials: 2);
        var id = new TrialId(run.Id, 2);

        (await Store.TakeOverResultAsync(id, from, None)).ShouldBeTrue();

        await ReopenAsync();
        Described.As(await TrialAsync(id)).ShouldBe(Described.As(
            StoreSamples.Trial(run.Id, 2) with { State = TrialState.Succeeded, CachedFrom = from, Saved = TimeSpan.FromSeconds(1) }));
        foreach (var metric in (string[])["loss", "acc", "odd"])
        {
            (await Store.ReadPointsAsync(id, metric, None)).ShouldBe(await Store.ReadPointsAsync(from, metric, None));
        }

        var (earlier, later) = ((await Store.ReadSnapshotAsync(from.Run, 100, None))!.Trials[0], (await Store.ReadSnapshotAsync(run.Id, 100, None))!.Trials[1]);
        Described.As(later.Series).ShouldBe(Described.As(earlier.Series));
        later.DroppedPoints.ShouldBe(7);
        (await TrialAsync(new TrialId(run.Id, 1))).State.ShouldBe(TrialState.Queued);
    }

    [Fact(Timeout = Patience)]
    public async Task What_was_taken_over_twice_names_the_trial_that_computed_it()
    {
        var origin = await ComputedAsync(("loss", 10));
        var (second, third) = (new TrialId((await Store.AddRunAsync(trials: 1)).Id, 1), new TrialId((await Store.AddRunAsync(trials: 1)).Id, 1));

        await Store.TakeOverResultAsync(second, origin, None);
        await Store.TakeOverResultAsync(third, second, None);

        var trial = await TrialAsync(third);
        trial.CachedFrom.ShouldBe(origin);
        trial.Saved.ShouldBe(TimeSpan.FromSeconds(1));
        (await Store.ReadPointsAsync(third, "loss", None)).Length.ShouldBe(10);
        (await Store.FindByFingerprintAsync(origin.Run.Project, "f", None)).Select(found => found.Id).ShouldBe([third, second, origin]);
    }

    [Theory(Timeout = Patience)]
    [InlineData(TrialState.Failed)]
    [InlineData(TrialState.Pruned)]
    [InlineData(TrialState.Cancelled)]
    [InlineData(TrialState.Lost)]
    [InlineData(TrialState.TimedOut)]
    public async Task Only_a_success_is_taken_over(TrialState state)
    {
        var run = await Store.AddRunAsync(trials: 1);
        var from = new TrialId(run.Id, 1);
        await Store.EndAsync(await Store.StartAsync(from), state);
        var id = new TrialId((await Store.AddRunAsync(trials: 1)).Id, 1);

        (await Store.TakeOverResultAsync(id, from, None)).ShouldBeFalse();

        (await TrialAsync(id)).State.ShouldBe(TrialState.Queued);
    }

    [Fact(Timeout = Patience)]
    public async Task Nothing_is_taken_over_into_a_trial_that_was_tried_or_differs_or_whose_run_has_ended()
    {
        var from = await ComputedAsync(("loss", 10));
        var run = await Store.AddRunAsync(trials: 2);
        await Store.AddTrialsAsync([StoreSamples.Trial(run.Id, 3, fingerprint: "g")], None);
        var (driven, retried, other) = (new TrialId(run.Id, 1), new TrialId(run.Id, 2), new TrialId(run.Id, 3));
        await Store.StartAsync(driven);
        await Store.StartAsync(retried);
        await Store.UpdateTrialAsync(new TrialUpdate(retried, TrialState.Running, TrialState.Queued), None);
        var ended = await Store.AddRunAsync(trials: 1);
        await Store.UpdateRunAsync(new RunUpdate(ended.Id, [RunState.Queued], RunState.Cancelled, StoreSamples.Noon), None);
        TrialId[] all = [driven, retried, other, new(ended.Id, 1), new(run.Id, 9)];
        var before = Described.As(await Store.ListTrialsAsync(run.Id, None));

        foreach (var id in all)
        {
            (await Store.TakeOverResultAsync(id, from, None)).ShouldBeFalse();
        }

        (await Store.TakeOverResultAsync(new TrialId(run.Id, 3), new TrialId(from.Run, 9), None)).ShouldBeFalse();
        Described.As(await Store.ListTrialsAsync(run.Id, None)).ShouldBe(before);
        (await Store.ListSummariesAsync(run.Id, None)).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task Of_twenty_that_take_a_result_over_one_does()
    {
        var from = await ComputedAsync(("loss", 100));
        var id = new TrialId((await Store.AddRunAsync(trials: 1)).Id, 1);
        await using var second = await OpenAsync();

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? Store : second).TakeOverResultAsync(id, from, None)));

        taken.Count(each => each).ShouldBe(1);
        (await Store.ReadPointsAsync(id, "loss", None)).Length.ShouldBe(100);
    }

    // A trial with so many points of each metric, and seven that were dropped.
    private async Task<TrialId> ComputedAsync(params (string Metric, int Points)[] series)
    {
        var run = await Store.AddRunAsync(trials: 1);
        var attempt = await Store.StartAsync(new TrialId(run.Id, 1));
        await Store.AppendPointsAsync(
            attempt, WorkerId.None, [.. series.Select(one => new SeriesChunk(one.Metric, StoreSamples.Points(one.Points)))], 1, 7, None);
        await Store.EndAsync(attempt);
        return attempt.Trial;
    }
}
