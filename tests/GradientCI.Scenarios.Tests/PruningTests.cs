using GradientCI.Experiments;
using GradientCI.Runner.Orchestration;
using GradientCI.Stores;

namespace GradientCI.Scenarios.Tests;

/// <summary>Trials that are ended as unpromising, paused, and taken up again, while drivers die.</summary>
public sealed class PruningTests
{
    private const string Manifest = """
        version: 1
        experiments:
          demo:
            command: python train.py --lr ${{ lr }}
            sweep:
              parameters: { lr: [1, 2, 3, 4, 5, 6, 7, 8, 9] }
              parallel: 1
              pruner: { asha: { reduction: 2 } }
            objective: { minimize: loss }
        """;

    [Fact(Timeout = 60_000)]
    public async Task A_paused_trial_goes_on_from_its_checkpoint_when_it_is_among_the_best()
    {
        // The second is not the best of two, but it is among the best two of four. The others become worse one by one.
        await using var stage = await Stage.SetAsync(
            Manifest,
            $$"""
            [
              { "match": {"lr": 2}, "attempt": 2, "seconds": 3, "checkpoint": true, "lines": [{{Line(1, 2, 0.01)}}, {{Line(2, 3, 0.005)}}] },
              { "attempt": 2, "seconds": 5, "checkpoint": true, "lines": [{{Line(1, 2, 0.95)}}] },
              { "match": {"lr": 1}, "seconds": 3, "checkpoint": true, "lines": [{{Line(1, 1, 0.1)}}, {{Line(2, 2, 0.1)}}, {{Line(2, 4, 0.1)}}] },
              { "match": {"lr": 2}, "seconds": 5, "checkpoint": true, "lines": [{{Line(1, 1, 0.2)}}, {{Line(4, 2, 0.2)}}] },
              {{string.Join(",\n", Enumerable.Range(3, 7).Select(lr => $$"""{ "match": {"lr": {{lr}}}, "seconds": 5, "checkpoint": true, "lines": [{{Line(1, 1, 0.9 + (lr * 0.01))}}] }"""))}}
            ]
            """);

        var run = await stage.DriveAsync(await stage.PlanAsync());

        var trials = (await stage.SnapshotAsync(run)).Trials;
        run.State.ShouldBe(RunState.Finished);
        run.Best.ShouldBe(0.005);
        trials[1].Trial.State.ShouldBe(TrialState.Succeeded);
        trials[1].Trial.Reason.ShouldBeEmpty();
        trials[1].Trial.Attempts.Select(attempt => attempt.Outcome).ShouldBe([AttemptOutcome.Pruned, AttemptOutcome.Succeeded]);
        trials[1].Trial.Attempts[0].Reason.ShouldBe("Pruned at step 1: 0.2 is number 2 of 2, and only the best goes on.");
        trials[1].Series["loss"].Curve.Select(point => point.X).ShouldBe([1, 2, 3]);
        trials.Count(trial => trial.Trial.State == TrialState.Pruned).ShouldBe(7);
        trials.Select(trial => trial.Trial.Attempts.Length).ShouldBe([1, 2, 2, 2, 1, 1, 1, 1, 1], "four of nine may go on from step 1, and one of two from step 2");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_promotion_is_no_retry()
    {
        await using var stage = await Stage.SetAsync(
            Manifest.Replace("    sweep:", "    retries: { max: 1, on: [exit-code: 7] }\n    sweep:"),
            $$"""
            [
              { "match": {"lr": 2}, "attempt": 2, "seconds": 1, "exit": 7 },
              { "match": {"lr": 2}, "attempt": 3, "seconds": 1, "exit": 7 },
              { "match": {"lr": 1}, "seconds": 3, "checkpoint": true, "lines": [{{Line(1, 1, 0.1)}}, {{Line(2, 2, 0.1)}}] },
              { "match": {"lr": 2}, "seconds": 5, "checkpoint": true, "lines": [{{Line(1, 1, 0.2)}}] },
              { "seconds": 5, "lines": [{{Line(1, 1, 0.9)}}] }
            ]
            """);

        var run = await stage.DriveAsync(await stage.PlanAsync());

        (await stage.SnapshotAsync(run)).Trials[1].Trial.Attempts.Select(attempt => attempt.Outcome)
            .ShouldBe([AttemptOutcome.Pruned, AttemptOutcome.Failed, AttemptOutcome.Failed]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_trial_without_a_checkpoint_never_goes_on()
    {
        await using var stage = await Stage.SetAsync(Manifest, $$"""
            [
              { "match": {"lr": 1}, "seconds": 3, "lines": [{{Line(1, 1, 0.1)}}, {{Line(2, 2, 0.1)}}] },
              { "match": {"lr": 2}, "seconds": 5, "lines": [{{Line(1, 1, 0.2)}}] },
              { "seconds": 5, "lines": [{{Line(1, 1, 0.9)}}] }
            ]
            """);

        var run = await stage.DriveAsync(await stage.PlanAsync());

        (await stage.SnapshotAsync(run)).Trials.ShouldAllBe(trial => trial.Trial.Attempts.Length == 1);
        stage.Executor.Requests.Length.ShouldBe(9);
    }

    // The second objective's line comes a second after the first's; the memory is told once, at the start.
    [Fact(Timeout = 60_000)]
    public async Task Of_several_objectives_a_step_counts_when_all_of_them_have_come_as_far()
    {
        await using var stage = await Stage.SetAsync(
            Manifest.Replace("objective: { minimize: loss }", "objective: [{ minimize: loss }, { minimize: ms }, { minimize: memory }]"),
            $$"""
            [
              { "match": {"lr": 1}, "seconds": 7, "lines": [{{Line(1, 0, 5, "memory")}}, {{Line(1, 1, 0.1)}}, {{Line(2, 1, 30, "ms")}}, {{Line(4, 3, 0.1)}}, {{Line(6, 3, 30, "ms")}}] },
              { "match": {"lr": 2}, "seconds": 7, "lines": [{{Line(1, 0, 5, "memory")}}, {{Line(1, 1, 0.2)}}, {{Line(2, 1, 10, "ms")}}, {{Line(4, 3, 0.3)}}, {{Line(6, 3, 40, "ms")}}] },
              {{string.Join(",\n", Enumerable.Range(3, 7).Select(lr => $$"""{ "match": {"lr": {{lr}}}, "seconds": 7, "lines": [{{Line(1, 0, 5, "memory")}}, {{Line(1, 1, 0.1 * lr)}}, {{Line(2, 1, 32 + lr, "ms")}}, {{Line(4, 2, 0.1 * lr)}}] }"""))}}
            ]
            """);

        var run = await stage.DriveAsync(await stage.PlanAsync());

        var trials = (await stage.SnapshotAsync(run)).Trials;
        trials[0].Trial.State.ShouldBe(TrialState.Succeeded);
        trials[1].Trial.State.ShouldBe(TrialState.Succeeded);
        trials[2].Trial.Attempts[0].Reason.ShouldBe("Pruned at step 1: loss 0.3 with ms 35 and memory 5 is number 3 of 3, and only the best goes on.");
        trials.Skip(2).ShouldAllBe(trial => trial.Trial.State == TrialState.Pruned);
    }

    // The driver dies between its decision and the record of the end; the attempt saves itself and exits with 0.
    [Fact(Timeout = 60_000)]
    public async Task A_decision_holds_when_the_driver_dies_before_the_end_is_recorded()
    {
        await using var stage = await Stage.SetAsync(Manifest, $$"""
            [
              { "match": {"lr": 1}, "seconds": 3, "lines": [{{Line(1, 1, 0.1)}}, {{Line(2, 2, 0.1)}}] },
              { "seconds": 60, "lines": [{{Line(1, 1, 0.2)}}] }
            ]
            """);
        var run = await stage.PlanAsync();
        var store = stage.Bench.Store;
        var dies = true;
        stage.Bench = stage.Bench with
        {
            Store = Failing<IExperimentStore>.Around(store, (method, arguments) => dies
                && method.Name == nameof(IExperimentStore.UpdateTrialAsync) && ((TrialUpdate)arguments[0]!).To is TrialState.Cancelled or TrialState.Pruned),
        };
        run = await stage.DriveAsync(run);
        var before = (await stage.SnapshotAsync(run)).Trials[1].Trial;
        (before.State, before.Reason).ShouldBe((TrialState.Running, "Pruned at step 1: 0.2 is number 2 of 2, and only the best goes on."));
        dies = false;

        run = await new RunRevival(stage.Bench.Store, stage.Bench.Queue, stage.Bench.Worker, stage.Clock).QueueAgainAsync(run, null, null, CancellationToken.None);
        run = await stage.DriveAsync(run);

        var after = (await stage.SnapshotAsync(run)).Trials[1].Trial;
        (after.State, after.Reason, after.Attempts.Length).ShouldBe((TrialState.Pruned, before.Reason, 1));
    }

    // What the samplers and the pruner are asked again after a death comes from the record alone.
    [Fact(Timeout = 120_000)]
    public async Task A_run_whose_drivers_die_again_and_again_comes_to_the_same_end()
    {
        const string Script = """
            [
              { "match": {"lr": 5}, "seconds": 9, "lines": [{"at": 1, "text": "{\"chart\": \"loss\", \"x\": 1, \"y\": 0.1}"}, {"at": 3, "text": "{\"chart\": \"loss\", \"x\": 2, \"y\": 0.1}"}, {"at": 5, "text": "{\"chart\": \"loss\", \"x\": 4, \"y\": 0.1}"}] },
              { "match": {"lr": 3}, "seconds": 9, "lines": [{"at": 1, "text": "{\"chart\": \"loss\", \"x\": 1, \"y\": 0.2}"}, {"at": 3, "text": "{\"chart\": \"loss\", \"x\": 2, \"y\": 0.7}"}, {"at": 5, "text": "{\"chart\": \"loss\", \"x\": 4, \"y\": 0.7}"}] },
              { "match": {"lr": 8}, "seconds": 9, "lines": [{"at": 1, "text": "{\"chart\": \"loss\", \"x\": 1, \"y\": 0.15}"}, {"at": 3, "text": "{\"chart\": \"loss\", \"x\": 2, \"y\": 0.05}"}, {"at": 5, "text": "{\"chart\": \"loss\", \"x\": 4, \"y\": 0.05}"}] },
              { "seconds": 9, "lines": [{"at": 1, "text": "{\"chart\": \"loss\", \"x\": 1, \"y\": 0.5}"}, {"at": 3, "text": "{\"chart\": \"loss\", \"x\": 2, \"y\": 0.4}"}, {"at": 5, "text": "{\"chart\": \"loss\", \"x\": 4, \"y\": 0.3}"}] }
            ]
            """;
        await using var quiet = await Stage.SetAsync(Manifest, Script);
        var undisturbed = await quiet.SnapshotAsync(await quiet.DriveAsync(await quiet.PlanAsync()));
        await using var stage = await Stage.SetAsync(Manifest, Script);
        var run = await stage.PlanAsync();
        var store = stage.Bench.Store;
        var calls = 0;
        stage.Bench = stage.Bench with
        {
            Store = Failing<IExperimentStore>.Around(store, (method, _) => method.Name == nameof(IExperimentStore.UpdateTrialAsync) && ++calls % 7 == 0),
        };

        run = await stage.DriveAsync(run);
        for (var deaths = 0; run.State != RunState.Finished && deaths < 20; deaths++)
        {
            run = await new RunRevival(store, stage.Bench.Queue, stage.Bench.Worker, stage.Clock).QueueAgainAsync(run, null, null, CancellationToken.None);
            run = await stage.DriveAsync(run);
        }

        run.State.ShouldBe(RunState.Finished);
        var trials = (await stage.SnapshotAsync(run)).Trials;
        trials.Select(trial => (trial.Trial.Parameters.ToString(), trial.Trial.State)).ShouldBe(undisturbed.Trials.Select(trial => (trial.Trial.Parameters.ToString(), trial.Trial.State)));
    }

    private static string Line(int at, int step, double value, string metric = "loss") =>
        FormattableString.Invariant($$"""{ "at": {{at}}, "text": "{\"chart\": \"{{metric}}\", \"x\": {{step}}, \"y\": {{value}}}" }""");
}
