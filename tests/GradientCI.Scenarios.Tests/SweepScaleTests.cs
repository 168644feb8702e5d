using System.Collections.Concurrent;
using GradientCI.Experiments;
using GradientCI.Runner.Orchestration;
using GradientCI.Stores;

namespace GradientCI.Scenarios.Tests;

/// <summary>A sweep with hundreds of trials at once.</summary>
public sealed class SweepScaleTests
{
    private const int Lanes = 500;
    private const int Trials = 2_000;

    private static readonly string Manifest = $$$"""
        version: 1
        experiments:
          demo:
            command: python train.py --lr ${{ lr }}
            sweep:
              parameters: { lr: { int: [1, 2500] }, batch: [16, 32] }
              sampler: random
              max-trials: {{{Trials}}}
              parallel: {{{Lanes}}}
            objective: { maximize: acc }
        """;

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 300_000)]
    public async Task Five_hundred_lanes_of_two_workers_run_each_trial_once_and_propose_no_set_twice()
    {
        await using var stage = await Stage.SetAsync(Manifest, "[]");
        var run = await stage.PlanAsync();
        await stage.Bench.Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Running, stage.Clock.GetUtcNow(), "", []), None);
        var other = stage.Bench with { Worker = new WorkerId("other") };
        await other.Queue.RenewAsync(new Worker(other.Worker, "here", 2, TakesAnyRun: true), TimeSpan.FromDays(1), None);
        using var ours = await Sweep.LoadAsync(run, stage.Bench);
        using var theirs = await Sweep.LoadAsync(run, other);
        var claimed = new ConcurrentBag<int>();

        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => DriveAsync(lane % 2 == 0 ? ours : theirs)));

        claimed.Order().ShouldBe(Enumerable.Range(1, Trials));
        (await stage.Bench.Store.ListTrialsAsync(run.Id, None)).Select(trial => trial.Parameters.ToCanonicalJson()).ShouldBeUnique();

        async Task DriveAsync(Sweep sweep)
        {
            while (true)
            {
                var (trial, isOver) = await sweep.NextAsync([]);
                if (isOver)
                {
                    return;
                }

                if (trial is null)
                {
                    // What the other worker does is not announced.
                    await Task.Yield();
                    continue;
                }

                claimed.Add(trial.Id.Number);
                await Task.Yield();
                await sweep.RecordAsync(await EndAsync(stage, trial));
            }
        }
    }

    private static async Task<Trial> EndAsync(Stage stage, Trial trial)
    {
        var now = stage.Clock.GetUtcNow();
        var attempt = trial.Attempts[^1] with { StartedAt = now, EndedAt = now, Outcome = AttemptOutcome.Succeeded };
        (await stage.Bench.Store.UpdateTrialAsync(new TrialUpdate(trial.Id, TrialState.Starting, TrialState.Succeeded, attempt, ""), None)).ShouldBeTrue();
        return trial with { State = TrialState.Succeeded, Attempts = [attempt] };
    }
}
