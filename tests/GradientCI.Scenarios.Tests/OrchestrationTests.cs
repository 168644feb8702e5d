using GradientCI.Experiments;
using GradientCI.Runner.Orchestration;
using GradientCI.Stores;

namespace GradientCI.Scenarios.Tests;

/// <summary>What runs do when something breaks around them, or somebody interferes.</summary>
public sealed class OrchestrationTests
{
    private const string Manifest = """
        version: 1
        experiments:
          demo:
            command: python train.py --lr ${{ lr }}
            sweep:
              parameters: { lr: [1, 2, 3] }
              parallel: 1
              stop: { target: 0.9 }
            objective: { maximize: acc }
        """;

    private const string Script = """[{ "seconds": 60, "lines": ["{\"chart\": \"acc\", \"y\": 0.5}"] }]""";

    [Fact(Timeout = 60_000)]
    public async Task A_store_that_fails_while_a_trial_runs_stops_the_trial_and_says_why()
    {
        await using var stage = await Stage.SetAsync(Manifest, Script);
        var run = await stage.PlanAsync();
        var store = stage.Bench.Store;
        stage.Bench = stage.Bench with { Store = Failing<IExperimentStore>.Around(store, (method, _) => method.Name == nameof(IExperimentStore.AppendPointsAsync)) };

        run = await stage.DriveAsync(run);

        run.State.ShouldBe(RunState.Errored);
        run.Problem.ShouldBe("The disk is full. Free some space.");
        stage.Executor.Running.ShouldBe(0);
        var trial = (await stage.SnapshotAsync(run)).Trials.ShouldHaveSingleItem().Trial;
        (trial.State, trial.Reason).ShouldBe((TrialState.Cancelled, "The disk is full."));
        trial.Attempts[0].Handle.ShouldNotBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_store_that_cannot_even_record_the_failure_keeps_the_first_problem()
    {
        await using var stage = await Stage.SetAsync(Manifest, Script);
        var run = await stage.PlanAsync();
        var store = stage.Bench.Store;
        stage.Bench = stage.Bench with
        {
            Store = Failing<IExperimentStore>.Around(store, (method, arguments) =>
                method.Name == nameof(IExperimentStore.UpdateTrialAsync) && ((TrialUpdate)arguments[0]!).To is TrialState.Running or TrialState.Cancelled),
        };

        run = await stage.DriveAsync(run);

        run.Problem.ShouldBe("The disk is full. Free some space.");
        stage.Executor.Running.ShouldBe(0);
        (await stage.SnapshotAsync(run)).Trials[0].Trial.State.ShouldBe(TrialState.Starting);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_watch_that_fails_ends_the_run_instead_of_leaving_it_unwatched()
    {
        await using var stage = await Stage.SetAsync(Manifest, Script);
        var run = await stage.PlanAsync();
        var store = stage.Bench.Store;
        var finds = 0;
        stage.Bench = stage.Bench with
        {
            Store = Failing<IExperimentStore>.Around(store, (method, _) => method.Name == nameof(IExperimentStore.FindRunAsync) && ++finds == 3),
        };

        run = await stage.DriveAsync(run);

        run.State.ShouldBe(RunState.Errored);
        run.Problem.ShouldStartWith("The disk is full.");
        stage.Executor.Running.ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_that_was_cancelled_before_it_is_driven_starts_nothing()
    {
        await using var stage = await Stage.SetAsync(Manifest, Script);
        var run = await stage.PlanAsync();
        await stage.Bench.Store.UpdateRunAsync(
            new RunUpdate(run.Id, [RunState.Queued], RunState.Cancelled, stage.Clock.GetUtcNow(), "Cancelled by a person."), CancellationToken.None);

        run = await stage.DriveAsync(run);

        run.State.ShouldBe(RunState.Cancelled);
        stage.Executor.Requests.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cancel_in_the_record_reaches_the_driver()
    {
        await using var stage = await Stage.SetAsync(Manifest, """[{ "seconds": null }]""");
        var run = await stage.PlanAsync();
        var cancel = new RunUpdate(run.Id, [RunState.Running], RunState.Cancelled, stage.Clock.GetUtcNow(), "Cancelled by a person.");
        var store = stage.Bench.Store;

        run = await stage.DriveAsync(run, _ =>
        {
            if (stage.Executor.Running == 1)
            {
                store.UpdateRunAsync(cancel, CancellationToken.None).Wait();
            }
        });

        run.State.ShouldBe(RunState.Cancelled);
        var trials = (await stage.SnapshotAsync(run)).Trials;
        trials.ShouldHaveSingleItem().Trial.Reason.ShouldBe("Cancelled by a person.");
    }

    [Fact(Timeout = 60_000)]
    public async Task Asking_twice_does_not_take_the_grace_time_away() =>
        (await TimeToStopAsync(stop => stop.Ask("Cancelled from the terminal."))).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(30));

    [Fact(Timeout = 60_000)]
    public async Task Insisting_takes_the_grace_time_away() =>
        (await TimeToStopAsync(stop => stop.Stop("Cancelled from the terminal."))).ShouldBeLessThan(TimeSpan.FromSeconds(5));

    [Fact(Timeout = 60_000)]
    public async Task A_trial_that_ended_while_no_driver_lived_keeps_its_result()
    {
        await using var stage = await Stage.SetAsync(Manifest, Script);
        var run = await stage.PlanAsync();
        var store = stage.Bench.Store;
        var dies = true;
        stage.Bench = stage.Bench with
        {
            Store = Failing<IExperimentStore>.Around(store, (method, arguments) => dies
                && method.Name == nameof(IExperimentStore.UpdateTrialAsync) && ((TrialUpdate)arguments[0]!).To is TrialState.Cancelled or TrialState.Succeeded),
        };
        run = await stage.DriveAsync(run);
        (await stage.SnapshotAsync(run)).Trials[0].Trial.State.ShouldBe(TrialState.Running);
        dies = false;

        run = await Revival(stage).QueueAgainAsync(run, null, null, CancellationToken.None);
        run = await stage.DriveAsync(run);

        run.State.ShouldBe(RunState.Finished);
        stage.Executor.Requests.Count(request => request.Id.Trial.Number == 1).ShouldBe(1);
        (await stage.SnapshotAsync(run)).Trials.ShouldAllBe(trial => trial.Trial.State == TrialState.Succeeded);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_retry_after_the_target_was_reached_is_not_cut_off_by_it()
    {
        await using var stage = await Stage.SetAsync(Manifest, """
            [
              { "match": {"lr": 1}, "attempt": 1, "exit": 1 },
              { "match": {"lr": 1}, "seconds": 60, "lines": ["{\"chart\": \"acc\", \"y\": 0.7}"] },
              { "seconds": 1, "lines": ["{\"chart\": \"acc\", \"y\": 0.95}"] }
            ]
            """);
        var run = await stage.DriveAsync(await stage.PlanAsync());
        (await stage.SnapshotAsync(run)).Trials.Select(trial => trial.Trial.State).ShouldBe([TrialState.Failed, TrialState.Succeeded]);

        run = await stage.DriveAsync(await Revival(stage).QueueAgainAsync(run, 1, null, CancellationToken.None));

        (await stage.SnapshotAsync(run)).Trials.Select(trial => trial.Trial.State).ShouldBe([TrialState.Succeeded, TrialState.Succeeded]);
        run.State.ShouldBe(RunState.Finished);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_timeout_of_a_year_does_not_overflow_a_timer()
    {
        await using var stage = await Stage.SetAsync(Manifest.Replace("    sweep:", "    timeout: 365d\n    sweep:"), Script);

        var run = await stage.DriveAsync(await stage.PlanAsync());

        run.State.ShouldBe(RunState.Finished);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_infeasible_trial_does_not_reach_the_target()
    {
        await using var stage = await Stage.SetAsync(
            Manifest + "\n    constraints: { latency: \"<= 10\" }\n",
            """
            [
              { "match": {"lr": 1}, "lines": ["{\"metrics\": {\"acc\": 0.99, \"latency\": 50}}"] },
              { "lines": ["{\"metrics\": {\"acc\": 0.95, \"latency\": 5}}"] }
            ]
            """);

        var run = await stage.DriveAsync(await stage.PlanAsync());

        (await stage.SnapshotAsync(run)).Trials.Length.ShouldBe(2);
        run.Notices.ShouldHaveSingleItem().ShouldContain("reached by parameter set 2");
    }

    // How long a trial that is deaf to SIGTERM lives on when the same thing is done to it at each step of the clock.
    private static async Task<TimeSpan> TimeToStopAsync(Action<StopSignal> act)
    {
        await using var stage = await Stage.SetAsync(Manifest, """[{ "seconds": null, "ignores-stop": true }]""");
        DateTimeOffset? askedAt = null;

        var run = await stage.DriveAsync(await stage.PlanAsync(), stop =>
        {
            if (stage.Executor.Running == 1)
            {
                askedAt ??= stage.Clock.GetUtcNow();
                act(stop);
            }
        });

        run.State.ShouldBe(RunState.Cancelled);
        return (await stage.SnapshotAsync(run)).Trials[0].Trial.Attempts[0].EndedAt!.Value - askedAt!.Value;
    }

    private static RunRevival Revival(Stage stage) => new(stage.Bench.Store, stage.Bench.Queue, stage.Bench.Worker, stage.Bench.Time);
}
