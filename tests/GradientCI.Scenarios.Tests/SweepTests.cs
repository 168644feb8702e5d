using GradientCI.Experiments;
using GradientCI.Runner.Orchestration;
using GradientCI.Stores;

namespace GradientCI.Scenarios.Tests;

/// <summary>What a sweep makes of what other workers do to the same run.</summary>
public sealed class SweepTests
{
    private const string Manifest = """
        version: 1
        experiments:
          demo:
            command: python train.py --lr ${{ lr }}
            sweep:
              parameters: { lr: [1, 2, 3, 4] }
            objective: { maximize: acc }
        """;

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 60_000)]
    public async Task Ending_a_trial_that_another_worker_proposed_broke_the_run()
    {
        await using var stage = await Stage.SetAsync(Manifest, "[]");
        var run = await stage.PlanAsync();
        await stage.Bench.Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Running, stage.Clock.GetUtcNow(), "", []), None);
        var other = stage.Bench with { Worker = new WorkerId("other") };
        await other.Queue.RenewAsync(new Worker(other.Worker, "here", 2, TakesAnyRun: true), TimeSpan.FromDays(1), None);
        using var ours = await Sweep.LoadAsync(run, stage.Bench);
        using var theirs = await Sweep.LoadAsync(run, other);

        // They propose and drive two, and the second is queued again: we claim a trial whose predecessors we never heard of.
        var first = await ClaimAsync(theirs);
        var second = await ClaimAsync(theirs);
        await MoveAsync(stage, second, TrialState.Queued, AttemptOutcome.Failed);
        var claimed = await ClaimAsync(ours);
        claimed.Id.Number.ShouldBe(2);
        await ours.RecordAsync(await MoveAsync(stage, claimed, TrialState.Succeeded, AttemptOutcome.Succeeded));

        var rest = new[] { await ClaimAsync(ours), await ClaimAsync(ours) };
        rest.Select(trial => trial.Id.Number).ShouldBe([3, 4]);
        (await ours.NextAsync([])).ShouldBe((null, false), "theirs still runs");
        foreach (var trial in (Trial[])[first, .. rest])
        {
            await MoveAsync(stage, trial, TrialState.Succeeded, AttemptOutcome.Succeeded);
        }

        (await ours.NextAsync([])).ShouldBe((null, true));
        (await stage.Bench.Store.ListTrialsAsync(run.Id, None)).Select(trial => trial.Parameters.ToJson()).ShouldBeUnique();
    }

    private static async Task<Trial> ClaimAsync(Sweep sweep) => (await sweep.NextAsync([])).Trial.ShouldNotBeNull();

    private static async Task<Trial> MoveAsync(Stage stage, Trial trial, TrialState to, AttemptOutcome outcome)
    {
        var now = stage.Clock.GetUtcNow();
        var attempt = trial.Attempts[^1] with { StartedAt = now, EndedAt = now, Outcome = outcome };
        (await stage.Bench.Store.UpdateTrialAsync(new TrialUpdate(trial.Id, TrialState.Starting, to, attempt, ""), None)).ShouldBeTrue();
        return trial with { State = to, Attempts = trial.Attempts.SetItem(trial.Attempts.Length - 1, attempt) };
    }
}
