using GradientCI.Experiments;

namespace GradientCI.Scenarios.Tests;

/// <summary>Runs that find results of earlier runs.</summary>
public sealed class ReuseTests
{
    private const string Manifest = """
        version: 1
        experiments:
          digits:
            command: train ${{ lr }}
            sweep: { parameters: { lr: [1, 2, 3] } }
        """;

    [Fact(Timeout = 60_000)]
    public async Task The_second_run_of_a_commit_computes_only_what_failed_in_the_first()
    {
        await using var stage = await Stage.SetAsync(Manifest, """[{"match": {"lr": 2}, "exit": 1}, {"seconds": 2, "lines": ["loss"]}]""");
        var first = await stage.DriveAsync(await stage.PlanAsync());

        var second = await stage.DriveAsync(await stage.PlanAsync());

        var before = (await stage.SnapshotAsync(first)).Trials.Select(trial => trial.Trial).ToList();
        var after = (await stage.SnapshotAsync(second)).Trials.Select(trial => trial.Trial).ToList();
        before.ShouldAllBe(trial => trial.CachedFrom == null && trial.Attempts.Length == 1);
        after.Select(trial => trial.Id.Number).ShouldBe([1, 2, 3]);
        foreach (var (old, trial) in before.Zip(after))
        {
            trial.State.ShouldBe(old.State);
            trial.CachedFrom.ShouldBe(old.State == TrialState.Succeeded ? old.Id : null);
            trial.Attempts.Length.ShouldBe(old.State == TrialState.Succeeded ? 0 : 1);
        }

        second.State.ShouldBe(RunState.Finished);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_without_cache_computes_everything()
    {
        await using var stage = await Stage.SetAsync(Manifest.Replace("command:", "cache: false\n    command:", StringComparison.Ordinal), """[{"seconds": 2, "lines": ["loss"]}]""");
        await stage.DriveAsync(await stage.PlanAsync());

        var second = await stage.DriveAsync(await stage.PlanAsync());

        (await stage.SnapshotAsync(second)).Trials.ShouldAllBe(trial => trial.Trial.CachedFrom == null && trial.Trial.Attempts.Length == 1);
        second.Notices.ShouldContain(notice => notice.Contains("not reused", StringComparison.Ordinal));
    }
}
