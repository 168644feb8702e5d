using System.Diagnostics;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Runner.Orchestration;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Scenarios.Tests;

/// <summary>What <see cref="ResultReuse"/> takes over, with the real store and the real files.</summary>
public sealed class ResultReuseTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private Stage _stage = null!;

    private Workbench Bench => _stage.Bench;

    public async Task InitializeAsync() => _stage = await Stage.SetAsync(
        "version: 1\nexperiments:\n  digits:\n    command: \"true\"\n", "[]");

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact(Timeout = 60_000)]
    public async Task An_equal_trial_is_taken_over_and_keeps_everything_when_the_first_is_removed()
    {
        var origin = await ComputedAsync();
        var (run, queued) = await QueuedAsync();

        var taken = (await new ResultReuse(run, Bench).TryTakeOverAsync(queued))!;

        Described.As(taken).ShouldBe(Described.As((await Bench.Store.ListTrialsAsync(run.Id, None))[0]));
        taken.State.ShouldBe(TrialState.Succeeded);
        taken.CachedFrom.ShouldBe(origin.Id);
        taken.Saved.ShouldBe(TimeSpan.FromSeconds(1));
        Directory.Delete(Bench.Data.Artifacts(origin), recursive: true);
        File.Delete(Bench.Data.Log(origin)!);
        File.ReadAllText(Bench.Data.Log(taken)!).ShouldBe("loss=1\n");
        File.ReadAllText(Path.Combine(Bench.Data.Artifacts(taken), "out", "model.bin")).ShouldBe("weights");
        (await Bench.Store.ReadPointsAsync(taken.Id, "loss", None)).Length.ShouldBe(5);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_result_wanders_on_from_a_trial_that_took_it_over_itself()
    {
        var origin = await ComputedAsync();
        var (second, queued) = await QueuedAsync();
        await new ResultReuse(second, Bench).TryTakeOverAsync(queued);
        Directory.Delete(Bench.Data.Artifacts(origin), recursive: true);
        var (third, next) = await QueuedAsync();

        var taken = (await new ResultReuse(third, Bench).TryTakeOverAsync(next))!;

        taken.CachedFrom.ShouldBe(origin.Id);
        File.ReadAllText(Path.Combine(Bench.Data.Artifacts(taken), "out", "model.bin")).ShouldBe("weights");
    }

    [Fact(Timeout = 60_000)]
    public async Task Links_pipes_and_what_lies_behind_links_stay_where_they_are()
    {
        using var outside = new TemporaryFolder();
        outside.Write("secret", "of the house");
        var origin = await ComputedAsync();
        var kept = Bench.Data.Artifacts(origin);
        File.CreateSymbolicLink(Path.Combine(kept, "file"), outside["secret"]);
        Directory.CreateSymbolicLink(Path.Combine(kept, "folder"), outside.Path);
        using (var maker = Process.Start("mkfifo", [Path.Combine(kept, "pipe")]))
        {
            await maker.WaitForExitAsync();
        }

        var (run, queued) = await QueuedAsync();

        var taken = (await new ResultReuse(run, Bench).TryTakeOverAsync(queued))!;

        Directory.EnumerateFileSystemEntries(Bench.Data.Artifacts(taken), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Bench.Data.Artifacts(taken), path)).Order(StringComparer.Ordinal).ShouldBe(["out", "out/model.bin"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Artifacts_that_were_made_a_link_to_elsewhere_are_not_followed()
    {
        using var outside = new TemporaryFolder();
        outside.Write("secret", "of the house");
        var origin = await ComputedAsync();
        Directory.Delete(Bench.Data.Artifacts(origin), recursive: true);
        Directory.CreateSymbolicLink(Bench.Data.Artifacts(origin), outside.Path);
        var (run, queued) = await QueuedAsync();

        (await new ResultReuse(run, Bench).TryTakeOverAsync(queued)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_trial_whose_log_or_artifacts_are_gone_is_passed_over_for_an_older_one()
    {
        var oldest = await ComputedAsync();
        Directory.Delete(Bench.Data.Artifacts(await ComputedAsync()), recursive: true);
        File.Delete(Bench.Data.Log(await ComputedAsync())!);
        var (run, queued) = await QueuedAsync();

        (await new ResultReuse(run, Bench).TryTakeOverAsync(queued))!.CachedFrom.ShouldBe(oldest.Id);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_is_taken_over_without_cache_or_within_a_run_or_into_a_trial_that_is_tried_again()
    {
        var origin = await ComputedAsync();
        var (run, queued) = await QueuedAsync();
        var withoutCache = run with { Spec = run.Spec with { Cache = false } };
        var again = queued with { Attempts = [StoreSamples.Attempt(queued.Id)] };

        (await new ResultReuse(withoutCache, Bench).TryTakeOverAsync(queued)).ShouldBeNull();
        (await new ResultReuse(run, Bench).TryTakeOverAsync(again)).ShouldBeNull();
        (await new ResultReuse(run with { Id = origin.Id.Run }, Bench).TryTakeOverAsync(queued)).ShouldBeNull();
        (await Bench.Store.ListTrialsAsync(run.Id, None))[0].State.ShouldBe(TrialState.Queued);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_death_left_half_done_is_done_again()
    {
        var origin = await ComputedAsync();
        var (run, queued) = await QueuedAsync();
        var dying = Bench with { Store = Failing<IExperimentStore>.Around(Bench.Store, (method, _) => method.Name == nameof(IExperimentStore.TakeOverResultAsync)) };
        await Should.ThrowAsync<Exception>(() => new ResultReuse(run, dying).TryTakeOverAsync(queued));
        (await Bench.Store.ListTrialsAsync(run.Id, None))[0].State.ShouldBe(TrialState.Queued);
        Directory.Exists(Bench.Data.Artifacts(queued.Id)).ShouldBeFalse("an attempt would write into files of another trial");

        var taken = (await new ResultReuse(run, Bench).TryTakeOverAsync(queued))!;

        taken.CachedFrom.ShouldBe(origin.Id);
        File.ReadAllText(Path.Combine(Bench.Data.Artifacts(taken), "out", "model.bin")).ShouldBe("weights");
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_many_that_take_over_at_once_one_does_and_its_files_are_whole()
    {
        var origin = await ComputedAsync();
        await ComputedAsync();
        var (run, queued) = await QueuedAsync();

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new ResultReuse(run, Bench).TryTakeOverAsync(queued))));

        var trial = taken.Single(each => each is not null)!;
        trial.CachedFrom.ShouldNotBe(origin.Id);
        File.ReadAllText(Path.Combine(Bench.Data.Artifacts(trial), "out", "model.bin")).ShouldBe("weights");
    }

    private async Task<(Run Run, Trial Trial)> QueuedAsync()
    {
        var run = await _stage.PlanAsync();
        var trial = StoreSamples.Trial(run.Id, 1);
        await Bench.Store.AddTrialsAsync([trial], None);
        await Bench.Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Running, StoreSamples.Noon), None);
        return (run, trial);
    }

    private async Task<Trial> ComputedAsync()
    {
        var (run, trial) = await QueuedAsync();
        var attempt = await Bench.Store.StartAsync(trial.Id);
        await Bench.Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(5))], 7, 0, None);
        Write(Bench.Data.Log(attempt), "loss=1\n");
        Write(Path.Combine(Bench.Data.Artifacts(trial.Id), "out", "model.bin"), "weights");
        await Bench.Store.EndAsync(attempt);
        return (await Bench.Store.ListTrialsAsync(run.Id, None))[0];
    }

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
