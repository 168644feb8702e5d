using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

public abstract partial class ExperimentStoreContract
{
    [Fact(Timeout = Patience)]
    public async Task A_pin_is_remembered_and_can_be_taken_off()
    {
        var run = await Store.AddRunAsync();

        (await Store.PinRunAsync(run.Id, true, StoreSamples.Ada, None)).ShouldBeTrue();

        (await Store.FindRunAsync(run.Id, None))!.IsPinned.ShouldBeTrue();
        (await Store.PinRunAsync(run.Id, false, StoreSamples.Ada, None)).ShouldBeTrue();
        (await Store.FindRunAsync(run.Id, None))!.IsPinned.ShouldBeFalse();
        (await Store.PinRunAsync(run.Id with { Number = 9 }, true, StoreSamples.Ada, None)).ShouldBeFalse();
    }

    [Fact(Timeout = Patience)]
    public async Task A_deleted_run_is_found_by_nobody_and_its_number_and_origin_are_free_of_it()
    {
        var run = await EndedRunAsync("push a");
        var other = await EndedRunAsync();
        var newest = await EndedRunAsync();

        (await Store.DeleteRunAsync(run.Id, null, None)).ShouldBeTrue();

        (await Store.FindRunAsync(run.Id, None)).ShouldBeNull();
        (await Store.ReadSnapshotAsync(run.Id, 10, None)).ShouldBeNull();
        (await Store.ListRunsAsync(new RunQuery(), None)).Select(found => found.Id).ShouldBe([newest.Id, other.Id]);
        (await Store.FindByFingerprintAsync(run.Id.Project, "f", None)).Select(trial => trial.Id.Run).Distinct().ShouldBe([newest.Id, other.Id], ignoreOrder: true);
        (await Store.DeleteRunAsync(run.Id, null, None)).ShouldBeFalse();
        (await Store.AddRunAsync(run: StoreSamples.Run() with { Origin = "push a" })).Id.Number.ShouldBe(4);
    }

    [Fact(Timeout = Patience)]
    public async Task What_must_stay_is_not_deleted()
    {
        var pinned = await EndedRunAsync();
        await Store.PinRunAsync(pinned.Id, true, StoreSamples.Ada, None);
        var unannounced = await EndedRunAsync(isAnnounced: false);
        var unfinished = await Store.AddRunAsync(trials: 1);
        var baseline = await EndedRunAsync();
        await Store.AddRunAsync(run: StoreSamples.Run() with { Baseline = baseline.Id });
        var newest = await EndedRunAsync();

        foreach (var run in new[] { pinned, unannounced, unfinished, baseline, newest })
        {
            (await Store.DeleteRunAsync(run.Id, null, None)).ShouldBeFalse($"{run.Id}");
            (await Store.FindRunAsync(run.Id, None)).ShouldNotBeNull();
        }
    }

    [Fact(Timeout = Patience)]
    public async Task What_a_deleted_run_leaves_is_taken_away_also_after_a_restart()
    {
        var deleted = await EndedRunAsync();
        var kept = await EndedRunAsync();
        await Store.DeleteRunAsync(deleted.Id, null, None);
        await ReopenAsync();

        await Store.ReclaimAsync(None);

        (await Store.ListTrialsAsync(kept.Id, None)).ShouldHaveSingleItem();
        (await Store.ReadPointsAsync(new TrialId(kept.Id, 1), "loss", None)).Length.ShouldBe(100);
        (await Store.ReclaimAsync(None)).BytesAfter.ShouldBeGreaterThan(0);
    }

    private async Task<Run> EndedRunAsync(string origin = "", bool isAnnounced = true)
    {
        var run = await Store.AddRunAsync(trials: 1, StoreSamples.Run() with { Origin = origin });
        var attempt = await Store.StartAsync(new TrialId(run.Id, 1));
        await Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(100))], 1, 0, None);
        await Store.EndAsync(attempt);
        await Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Finished, StoreSamples.Noon), None);
        if (isAnnounced)
        {
            await ((IWorkQueue)Store).MarkAnnouncedAsync(run.Id, None);
        }

        return run;
    }
}
