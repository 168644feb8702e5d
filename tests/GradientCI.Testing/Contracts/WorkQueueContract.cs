using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What every queue of work promises: who owns what, and that nobody owns it twice.</summary>
public abstract class WorkQueueContract : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly Worker Ada = new(new WorkerId("1-ada"), "box", 1, TakesAnyRun: true);
    private static readonly Worker Bob = new(new WorkerId("2-bob"), "box", 2, TakesAnyRun: true);

    private IExperimentStore _store = null!;
    private IWorkQueue _queue = null!;
    private Run _run = null!;

    public async Task InitializeAsync()
    {
        (_store, _queue) = await OpenAsync();
        _run = await AddRunningAsync(trials: 3);
        await _queue.RenewAsync(Ada, Lease, None);
        await _queue.RenewAsync(Bob, Lease, None);
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    protected abstract Task<(IExperimentStore Store, IWorkQueue Queue)> OpenAsync();

    /// <summary>Lets the store's own clock go on.</summary>
    protected abstract void Pass(TimeSpan time);

    /// <summary>As if the machine had been started again.</summary>
    protected abstract void Reboot();

    [Fact(Timeout = Patience)]
    public async Task Claims_give_each_trial_to_one_worker_in_order()
    {
        var claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(turn => ClaimAsync(turn % 2 == 0 ? Ada : Bob)));

        var claimed = claims.Where(claim => claim.Trial is not null).Select(claim => claim.Trial!).ToList();
        claimed.Select(trial => trial.Id.Number).Order().ShouldBe([1, 2, 3]);
        claimed.ShouldAllBe(trial => trial.State == TrialState.Starting && trial.Attempts.Length == 1);
        claims.Where(claim => claim.Trial is null).ShouldAllBe(claim => claim.Refusal == ClaimRefusal.NothingQueued);
    }

    [Fact(Timeout = Patience)]
    public async Task A_claim_makes_the_next_attempt_with_its_worker_and_gpus()
    {
        var first = (await ClaimAsync(Ada, [1, 3])).Trial!;
        await _store.UpdateTrialAsync(Step(first, TrialState.Queued, AttemptOutcome.Lost), None);

        var again = (await ClaimAsync(Bob)).Trial!;

        again.Id.Number.ShouldBe(1);
        again.Attempts.Select(attempt => attempt.Worker).ShouldBe([Ada.Id, Bob.Id]);
        again.Attempts[0].Gpus.ShouldBe([1, 3]);
        again.Attempts[1].Id.Number.ShouldBe(2);
        again.Attempts[1].PreparingAt.ShouldBe(StoreSamples.Noon);
    }

    [Fact(Timeout = Patience)]
    public async Task No_more_trials_run_at_once_than_the_claim_allows_whoever_drives_them()
    {
        await ClaimAsync(Ada);

        (await ClaimAsync(Bob, parallel: 1)).Refusal.ShouldBe(ClaimRefusal.AtTheLimit);
        (await ClaimAsync(Bob, parallel: 2)).Refusal.ShouldBe(ClaimRefusal.None);
    }

    [Fact(Timeout = Patience)]
    public async Task A_worker_with_nothing_queued_proposed_ahead_of_what_another_still_ran()
    {
        await Task.WhenAll(ClaimAsync(Ada), ClaimAsync(Ada), ClaimAsync(Ada));

        (await ClaimAsync(Bob, parallel: 3)).Refusal.ShouldBe(ClaimRefusal.AtTheLimit);
        (await ClaimAsync(Bob, parallel: 4)).Refusal.ShouldBe(ClaimRefusal.NothingQueued);
    }

    [Fact(Timeout = Patience)]
    public async Task A_gpu_of_another_workers_attempt_is_refused_even_when_that_worker_is_dead()
    {
        await ClaimAsync(Ada, [0]);
        await _queue.EndLeaseAsync(Ada.Id, None);

        (await ClaimAsync(Bob, [0, 1])).Refusal.ShouldBe(ClaimRefusal.GpuHeld);
        (await ClaimAsync(Bob, [1])).Refusal.ShouldBe(ClaimRefusal.None);
        (await ClaimAsync(Bob, [1])).Refusal.ShouldBe(ClaimRefusal.None, "a worker shares its own GPU among its trials as it likes");
    }

    [Fact(Timeout = Patience)]
    public async Task A_worker_whose_lease_has_ended_gets_nothing_until_it_renews()
    {
        Pass(Lease);
        (await ClaimAsync(Ada)).Refusal.ShouldBe(ClaimRefusal.LeaseEnded);

        await _queue.RenewAsync(Ada, Lease, None);

        (await ClaimAsync(Ada)).Refusal.ShouldBe(ClaimRefusal.None);
    }

    [Fact(Timeout = Patience)]
    public async Task Trials_of_a_run_that_is_not_running_are_not_given_out()
    {
        await _store.UpdateRunAsync(new RunUpdate(_run.Id, [RunState.Running], RunState.Cancelled, StoreSamples.Noon), None);

        (await ClaimAsync(Ada)).Refusal.ShouldBe(ClaimRefusal.RunNotRunning);
    }

    [Fact(Timeout = Patience)]
    public async Task An_attempt_is_an_orphan_when_its_workers_lease_has_ended_and_not_before()
    {
        await ClaimAsync(Ada);
        Pass(Lease - TimeSpan.FromSeconds(1));
        await _queue.RenewAsync(Bob, Lease, None);
        (await _queue.ListOrphansAsync(_run.Id, Bob.Id, None)).ShouldBeEmpty();

        Pass(TimeSpan.FromSeconds(1));

        (await _queue.ListOrphansAsync(_run.Id, Bob.Id, None)).ShouldHaveSingleItem().Id.Number.ShouldBe(1);
        (await _queue.ListOrphansAsync(_run.Id, Ada.Id, None)).ShouldBeEmpty("its own are no orphans");
    }

    [Fact(Timeout = Patience)]
    public async Task A_lease_ends_with_the_machine()
    {
        await ClaimAsync(Ada);

        Reboot();
        await _queue.RenewAsync(Bob, Lease, None);

        (await _queue.ListOrphansAsync(_run.Id, Bob.Id, None)).ShouldHaveSingleItem();
        (await _queue.ListWorkersAsync(None)).ShouldBe([(Ada, false), (Bob, true)]);
    }

    [Fact(Timeout = Patience)]
    public async Task One_worker_takes_an_orphan_over_and_none_takes_it_from_the_living()
    {
        var cleo = new Worker(new WorkerId("3-cleo"), "box", 3, TakesAnyRun: true);
        await _queue.RenewAsync(cleo, Lease, None);
        var attempt = (await ClaimAsync(Ada)).Trial!.Attempts[0];
        (await _queue.TakeOverAsync(attempt.Id, Bob.Id, None)).ShouldBeFalse("Ada lives");

        await _queue.EndLeaseAsync(Ada.Id, None);
        var taken = await Task.WhenAll(Enumerable.Range(0, 10).Select(turn => _queue.TakeOverAsync(attempt.Id, (turn % 2 == 0 ? Bob : cleo).Id, None)));

        taken.Count(each => each).ShouldBe(1);
    }

    [Fact(Timeout = Patience)]
    public async Task What_a_worker_writes_about_an_attempt_that_was_taken_over_is_refused()
    {
        var trial = (await ClaimAsync(Ada)).Trial!;
        await _queue.EndLeaseAsync(Ada.Id, None);
        (await _queue.TakeOverAsync(trial.Attempts[0].Id, Bob.Id, None)).ShouldBeTrue();
        await _queue.RenewAsync(Ada, Lease, None);

        (await _store.UpdateTrialAsync(Step(trial, TrialState.Failed, AttemptOutcome.Failed), None)).ShouldBeFalse();
        (await AppendAsync(trial, Ada)).ShouldBeFalse();
        (await AppendAsync(trial, Bob)).ShouldBeTrue();
        (await _store.UpdateTrialAsync(Step(trial with { Attempts = [trial.Attempts[0] with { Worker = Bob.Id }] }, TrialState.Succeeded, AttemptOutcome.Succeeded), None)).ShouldBeTrue();
    }

    [Fact(Timeout = Patience)]
    public async Task An_attended_run_is_its_attendants_alone_as_long_as_that_one_lives()
    {
        (await _queue.AttendAsync(_run.Id, Ada.Id, None)).ShouldBeTrue();

        (await OpenRunsAsync(Bob)).ShouldBeEmpty();
        (await OpenRunsAsync(Ada)).ShouldBe([_run.Id]);
        (await _queue.AttendAsync(_run.Id, Bob.Id, None)).ShouldBeFalse();

        await _queue.EndLeaseAsync(Ada.Id, None);

        (await OpenRunsAsync(Bob)).ShouldBe([_run.Id]);
        (await _queue.AttendAsync(_run.Id, Bob.Id, None)).ShouldBeTrue();
    }

    [Fact(Timeout = Patience)]
    public async Task An_ended_run_stays_open_until_its_last_trial_has_ended()
    {
        await _store.UpdateRunAsync(new RunUpdate(_run.Id, [RunState.Running], RunState.Cancelled, StoreSamples.Noon), None);
        (await OpenRunsAsync(Ada)).ShouldBe([_run.Id]);
        (await _queue.ListUnannouncedAsync(Ada.Id, 9, None)).ShouldBeEmpty();

        foreach (var number in (int[])[1, 2, 3])
        {
            await _store.UpdateTrialAsync(new TrialUpdate(new TrialId(_run.Id, number), TrialState.Queued, TrialState.Cancelled), None);
        }

        (await OpenRunsAsync(Ada)).ShouldBeEmpty();
        (await _queue.ListUnannouncedAsync(Ada.Id, 9, None)).ShouldHaveSingleItem();
        await _queue.MarkAnnouncedAsync(_run.Id, None);
        (await _queue.ListUnannouncedAsync(Ada.Id, 9, None)).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_that_was_taken_up_again_while_its_end_was_told_is_not_marked_as_told()
    {
        var run = await AddRunningAsync(trials: 0);

        await _queue.MarkAnnouncedAsync(run.Id, None);
        await _store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Running], RunState.Finished, StoreSamples.Noon), None);

        (await _queue.ListUnannouncedAsync(Ada.Id, 9, None)).ShouldHaveSingleItem().Id.ShouldBe(run.Id);
    }

    [Fact(Timeout = Patience)]
    public async Task Runs_that_hold_slots_come_before_older_ones_that_wait()
    {
        var busy = await AddRunningAsync(trials: 1);
        var ended = await AddRunningAsync(trials: 1);
        await _queue.ClaimTrialAsync(new TrialClaim(busy.Id, Ada.Id, [], StoreSamples.Noon), None);
        await _store.UpdateRunAsync(new RunUpdate(ended.Id, [RunState.Running], RunState.Cancelled, StoreSamples.Noon), None);

        (await OpenRunsAsync(Ada)).ShouldBe([busy.Id, ended.Id, _run.Id]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_that_is_taken_up_again_will_be_announced_again()
    {
        var run = await AddRunningAsync(trials: 0);
        await _store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Running], RunState.Finished, StoreSamples.Noon), None);
        await _queue.MarkAnnouncedAsync(run.Id, None);

        await _store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Finished], RunState.Queued, StoreSamples.Noon), None);
        await _store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Finished, StoreSamples.Noon), None);

        (await _queue.ListUnannouncedAsync(Ada.Id, 9, None)).ShouldHaveSingleItem().Id.ShouldBe(run.Id);
    }

    [Fact(Timeout = Patience)]
    public async Task Changes_tell_each_trial_once_until_it_changes_again()
    {
        var first = await _queue.ListChangesAsync(_run.Id, 0, None);
        first.Trials.Select(trial => trial.Id.Number).ShouldBe([1, 2, 3]);
        (await _queue.ListChangesAsync(_run.Id, first.Until, None)).Trials.ShouldBeEmpty();

        await ClaimAsync(Ada);
        await _store.UpdateTrialAsync(new TrialUpdate(new TrialId(_run.Id, 3), TrialState.Queued, TrialState.Cancelled), None);

        var second = await _queue.ListChangesAsync(_run.Id, first.Until, None);
        second.Trials.Select(trial => (trial.Id.Number, trial.State)).ShouldBe([(1, TrialState.Starting), (3, TrialState.Cancelled)]);
        (await _queue.ListChangesAsync(_run.Id, second.Until, None)).Trials.ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task Whoever_asks_twice_from_one_origin_gets_one_run()
    {
        var asked = StoreSamples.Run() with { Origin = "push refs/heads/main a..b" };

        var runs = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _store.CreateRunAsync(asked, null, None)));

        runs.Select(run => run.Id).Distinct().ShouldHaveSingleItem();
        (await _store.CreateRunAsync(asked with { Origin = "" }, null, None)).Id.ShouldNotBe(runs[0].Id);
        (await _store.CreateRunAsync(asked with { Origin = "" }, null, None)).Id.Number.ShouldBe(runs[0].Id.Number + 2);
    }

    private async Task<Run> AddRunningAsync(int trials)
    {
        var run = await _store.AddRunAsync(trials);
        await _store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Running, StoreSamples.Noon), None);
        return run;
    }

    private Task<ClaimResult> ClaimAsync(Worker worker, ImmutableArray<int> gpus = default, int parallel = int.MaxValue) =>
        _queue.ClaimTrialAsync(new TrialClaim(_run.Id, worker.Id, gpus.IsDefault ? [] : gpus, StoreSamples.Noon) { Parallel = parallel }, None);

    private async Task<IEnumerable<RunId>> OpenRunsAsync(Worker worker) => (await _queue.ListOpenRunsAsync(worker.Id, 9, None)).Select(run => run.Id);

    private Task<bool> AppendAsync(Trial trial, Worker worker) =>
        _store.AppendPointsAsync(trial.Attempts[0].Id, worker.Id, [new SeriesChunk("loss", StoreSamples.Points(1))], 0, 0, None);

    private static TrialUpdate Step(Trial trial, TrialState to, AttemptOutcome outcome) =>
        new(trial.Id, trial.State, to, trial.Attempts[^1] with { Outcome = outcome, EndedAt = StoreSamples.Noon.AddMinutes(1) });
}
