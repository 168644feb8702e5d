using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Testing.Specs;

namespace GradientCI.Testing.Contracts;

public abstract partial class ExperimentStoreContract
{
    [Fact(Timeout = Patience)]
    public async Task Everything_of_a_trial_is_kept_and_trials_come_by_number()
    {
        var run = await Store.AddRunAsync();
        var trials = Enumerable.Range(1, 50).Select(number => StoreSamples.Trial(run.Id, number) with
        {
            ParameterSetNumber = (number / 2) + 1, Repeat = (number % 2) + 1, Seed = -number, Parameters = RandomSpecs.Set(new Random(number)),
            Command = ["python", "it's", "a \"b\"\0", ""],
        }).ToList();

        await Store.AddTrialsAsync([.. trials.AsEnumerable().Reverse()], None);

        Described.As(await Store.ListTrialsAsync(run.Id, None)).ShouldBe(Described.As(trials));
    }

    [Fact(Timeout = Patience)]
    public async Task Whoever_records_a_number_second_is_told_so_and_records_none_of_the_call()
    {
        var run = await Store.AddRunAsync(trials: 1);

        var isFirst = await Store.AddTrialsAsync([StoreSamples.Trial(run.Id, 2), StoreSamples.Trial(run.Id, 1)], None);

        isFirst.ShouldBeFalse();
        (await Store.ListTrialsAsync(run.Id, None)).ShouldHaveSingleItem();
    }

    [Fact(Timeout = Patience)]
    public async Task One_callers_mistake_does_not_undo_what_others_write_at_the_same_time()
    {
        var run = await Store.AddRunAsync();
        var nowhere = run.Id with { Number = 99 };

        var writes = Enumerable.Range(1, 200)
            .Select(number => Store.AddTrialsAsync([StoreSamples.Trial(run.Id, number)], None))
            .Append(Store.AddTrialsAsync([StoreSamples.Trial(nowhere, 1)], None)).ToList();
        await Should.ThrowAsync<InvalidOperationException>(() => Task.WhenAll(writes));

        writes.Count(write => write.IsFaulted).ShouldBe(1);
        (await Store.ListTrialsAsync(run.Id, None)).Select(trial => trial.Id.Number).ShouldBe(Enumerable.Range(1, 200));
    }

    [Fact(Timeout = Patience)]
    public async Task Trials_of_a_run_that_does_not_exist_are_refused()
    {
        await Should.ThrowAsync<InvalidOperationException>(() =>
            Store.AddTrialsAsync([StoreSamples.Trial(new RunId(new ProjectId("p"), "digits", 1), 1)], None));
        await Store.AddTrialsAsync([], None);
    }

    [Fact(Timeout = Patience)]
    public async Task A_step_of_a_trial_records_its_attempt()
    {
        var run = await Store.AddRunAsync(trials: 2);
        var id = new TrialId(run.Id, 2);
        var attempt = StoreSamples.Attempt(id) with { Gpus = [0, 3], Handle = "pid:7" };
        await Store.UpdateTrialAsync(new TrialUpdate(id, TrialState.Queued, TrialState.Starting, attempt), None);
        var ended = attempt with
        {
            StartedAt = StoreSamples.Noon.AddSeconds(1), EndedAt = StoreSamples.Noon.AddSeconds(2), Outcome = AttemptOutcome.OutOfMemory, ExitCode = 137,
            Reason = "killed",
        };

        (await Store.UpdateTrialAsync(new TrialUpdate(id, TrialState.Starting, TrialState.TimedOut, ended, "too long"), None)).ShouldBeTrue();

        Described.As(await TrialAsync(id)).ShouldBe(Described.As(
            StoreSamples.Trial(run.Id, 2) with { State = TrialState.TimedOut, Reason = "too long", Attempts = [ended] }));
        (await TrialAsync(new TrialId(run.Id, 1))).Attempts.ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_trial_in_another_state_stays_as_it_is()
    {
        var run = await Store.AddRunAsync(trials: 1);
        var id = new TrialId(run.Id, 1);
        await Store.StartAsync(id);
        var before = Described.As(await TrialAsync(id));

        var moved = await Store.UpdateTrialAsync(
            new TrialUpdate(id, TrialState.Starting, TrialState.Failed, StoreSamples.Attempt(id) with { ExitCode = 1 }, "no"), None);

        moved.ShouldBeFalse();
        Described.As(await TrialAsync(id)).ShouldBe(before);
        (await Store.UpdateTrialAsync(new TrialUpdate(id with { Number = 9 }, TrialState.Queued, TrialState.Cancelled), None)).ShouldBeFalse();
    }

    [Fact(Timeout = Patience)]
    public async Task Of_twenty_that_claim_a_trial_one_gets_it()
    {
        var run = await Store.AddRunAsync(trials: 1);
        var id = new TrialId(run.Id, 1);
        await using var second = await OpenAsync();

        var claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? Store : second).UpdateTrialAsync(
            new TrialUpdate(id, TrialState.Queued, TrialState.Starting, StoreSamples.Attempt(id) with { Handle = $"{i}" }), None)));

        (await TrialAsync(id)).Attempts.ShouldHaveSingleItem().Handle.ShouldBe($"{Array.IndexOf(claims, true)}");
        claims.Count(claimed => claimed).ShouldBe(1);
    }

    [Fact(Timeout = Patience)]
    public async Task An_older_attempt_cannot_end_the_trial_that_a_newer_one_runs()
    {
        var run = await Store.AddRunAsync(trials: 1);
        var id = new TrialId(run.Id, 1);
        var first = await Store.StartAsync(id);
        await Store.UpdateTrialAsync(new TrialUpdate(id, TrialState.Running, TrialState.Queued), None);
        await Store.StartAsync(id, attempt: 2);
        var before = Described.As(await TrialAsync(id));

        var moved = await Store.UpdateTrialAsync(
            new TrialUpdate(id, TrialState.Running, TrialState.Succeeded, StoreSamples.Attempt(id, first.Number) with { ExitCode = 0 }), None);

        moved.ShouldBeFalse();
        Described.As(await TrialAsync(id)).ShouldBe(before);
        (await TrialAsync(id)).Attempts.Select(attempt => attempt.Id.Number).ShouldBe([1, 2]);
    }

    [Fact(Timeout = Patience)]
    public async Task An_attempt_of_another_trial_is_refused()
    {
        var run = await Store.AddRunAsync(trials: 2);

        await Should.ThrowAsync<ArgumentException>(() => Store.UpdateTrialAsync(
            new TrialUpdate(new TrialId(run.Id, 1), TrialState.Queued, TrialState.Starting, StoreSamples.Attempt(new TrialId(run.Id, 2))), None));
    }

    [Fact(Timeout = Patience)]
    public async Task Equal_work_is_found_among_the_projects_succeeded_trials_newest_run_first()
    {
        var runs = new List<Run>();
        for (var i = 0; i < 4; i++)
        {
            runs.Add(await Store.AddRunAsync(trials: 4, run: StoreSamples.Run(i % 2 == 0 ? "a" : "b", i == 3 ? "other" : "p")));
            await Store.EndAsync(await Store.StartAsync(new TrialId(runs[i].Id, 1)));
            await Store.EndAsync(await Store.StartAsync(new TrialId(runs[i].Id, 2)), TrialState.Failed);
            await Store.EndAsync(await Store.StartAsync(new TrialId(runs[i].Id, 3)));
        }

        var found = await Store.FindByFingerprintAsync(new ProjectId("p"), "f", None);

        found.Select(trial => trial.Id.ToString()).ShouldBe(["a#2.1", "a#2.3", "b#1.1", "b#1.3", "a#1.1", "a#1.3"]);
        found.ShouldAllBe(trial => trial.Attempts.Length == 1 && trial.State == TrialState.Succeeded);
        (await Store.FindByFingerprintAsync(new ProjectId("p"), "' OR 1=1 --", None)).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task Equal_work_is_listed_ten_times_at_most()
    {
        var run = await Store.AddRunAsync(trials: 12);
        for (var number = 1; number <= 12; number++)
        {
            await Store.EndAsync(await Store.StartAsync(new TrialId(run.Id, number)));
        }

        (await Store.FindByFingerprintAsync(run.Id.Project, "f", None)).Select(trial => trial.Id.Number).ShouldBe(Enumerable.Range(1, 10));
    }

    [Fact(Timeout = Patience)]
    public async Task Ten_thousand_trials_are_one_call_away()
    {
        var run = await Store.AddRunAsync(trials: 10_000);
        await Task.WhenAll(Enumerable.Range(1, 10_000).Select(number => Store.StartAsync(new TrialId(run.Id, number))));

        var trials = await Store.ListTrialsAsync(run.Id, None);

        trials.Select(trial => trial.Id.Number).ShouldBe(Enumerable.Range(1, 10_000));
        trials.ShouldAllBe(trial => trial.State == TrialState.Running && trial.Attempts.Length == 1);
    }
}
