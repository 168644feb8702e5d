using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Runner.Orchestration;
using GradientCI.SearchSpaces;
using GradientCI.Stores;

namespace GradientCI.Scenarios.Tests;

/// <summary>Runs whose search begins with what earlier runs found.</summary>
public sealed class WarmStartTests
{
    // The loss of a set is the distance of x from 7.
    private const string Manifest = """
        version: 1
        experiments:
          demo:
            command: python train.py ${{ args }}
            cache: false
            parameters: { batch: 64 }
            sweep: { parameters: { x: { int: [1, 60] } }, sampler: tpe, warm-start: true, max-trials: 12, parallel: 1, seed: 1 }
            objective: { minimize: loss }
        """;

    private static readonly string Script = $"[{string.Join(",", Enumerable.Range(1, 60).Select(x => $$"""
        { "match": { "x": {{x}} }, "lines": [{ "at": 0.5, "text": "{\"metrics\": {\"loss\": {{Math.Abs(x - 7)}}, \"ms\": {{x}} } }" }] }
        """))}]";

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 60_000)]
    public async Task A_run_begins_with_the_best_set_of_earlier_runs_and_proposes_no_other_of_them_again()
    {
        await using var stage = await Stage.SetAsync(Manifest, Script);
        var first = await stage.DriveAsync(await stage.PlanAsync());

        var second = await stage.DriveAsync(await stage.PlanAsync());

        first.WarmStart!.Sets.ShouldBe(0);
        var (before, after) = (await ValuesAsync(stage, first), await ValuesAsync(stage, second));
        second.WarmStart!.Sets.ShouldBe(12);
        second.WarmStart.Runs.ShouldBe([1]);
        second.WarmStart.Best.ShouldBe(first.Best);
        after.Count.ShouldBe(12, "max-trials counts what is new");
        after[0].ShouldBe(before.MinBy(x => Math.Abs(x - 7)));
        after.Skip(1).Intersect(before).ShouldBeEmpty();
        after.Distinct().Count().ShouldBe(12);
        (await stage.Bench.Store.ListEarlierSetsAsync(second.Id, None)).Select(set => ((int)set.Parameters["x"]!.Value.AsInteger, set.Values.Single(), set.Violation))
            .ShouldBe(before.Select(x => (x, (double)Math.Abs(x - 7), 0.0)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_sweep_ends_when_earlier_runs_and_it_have_tried_the_whole_space()
    {
        await using var stage = await Stage.SetAsync(Manifest.Replace("60", "20", StringComparison.Ordinal), Script);
        var first = await stage.DriveAsync(await stage.PlanAsync());

        var second = await stage.DriveAsync(await stage.PlanAsync());

        var (before, after) = (await ValuesAsync(stage, first), await ValuesAsync(stage, second));
        before.Count.ShouldBe(12);
        after.Count.ShouldBe(9, "the best again, and the eight that are left");
        before.Union(after).Count().ShouldBe(20);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_best_set_comes_from_the_cache_when_nothing_has_changed()
    {
        await using var stage = await Stage.SetAsync(Manifest.Replace("cache: false", "cache: true", StringComparison.Ordinal), Script);
        await stage.DriveAsync(await stage.PlanAsync());

        var second = await stage.DriveAsync(await stage.PlanAsync());

        var trials = (await stage.SnapshotAsync(second)).Trials;
        trials[0].Trial.CachedFrom.ShouldNotBeNull();
        trials.Skip(1).ShouldAllBe(trial => trial.Trial.CachedFrom == null);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_becomes_of_the_earlier_runs_changes_no_proposal_and_a_kill_does_not_either()
    {
        var whole = await SecondRunAsync(async (_, _) => await Task.CompletedTask);
        var pruned = await SecondRunAsync(async (stage, first) =>
        {
            await stage.Bench.Queue.MarkAnnouncedAsync(first, None);
            (await stage.Bench.Store.DeleteRunAsync(first, null, None)).ShouldBeTrue();
            await stage.Bench.Store.ReclaimAsync(None);
        });

        pruned.ShouldBe(whole);

        // Each trial is driven by a sweep that reads the record anew, as after a kill.
        await using var stage = await Stage.SetAsync(Manifest, Script);
        await stage.DriveAsync(await stage.PlanAsync());
        var run = await stage.PlanAsync();
        await stage.Bench.Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Running, stage.Clock.GetUtcNow(), "", []), None);
        for (var number = 1; number <= 12; number++)
        {
            using var sweep = await Sweep.LoadAsync(run, stage.Bench);
            var trial = (await sweep.NextAsync([])).Trial.ShouldNotBeNull();
            await SucceedAsync(stage, trial, Math.Abs(trial.Parameters["x"]!.Value.AsInteger - 7));
        }

        (await ValuesAsync(stage, run)).ShouldBe(whole);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("x: { int: [1, 60] }", "batch: 64", true)]
    [InlineData("x: { int: [5, 9] }", "batch: 64", true)]
    [InlineData("x: { int: [8, 60] }", "batch: 64", false)]
    [InlineData("x: { int: [1, 60], step: 4 }", "batch: 64", false)]
    [InlineData("x: { float: [1, 60] }", "batch: 64", true)]
    [InlineData("x: { float: [1, 60], step: 4 }", "batch: 64", false)]
    [InlineData("x: { int: [1, 60] }", "batch: 32", false)]
    [InlineData("x: { int: [1, 60] }", "batch: 64, layers: 2", false)]
    [InlineData("x: { int: [1, 60] }, layers: [1, 2]", "batch: 64", false)]
    [InlineData("x: { int: [1, 60] }, batch: [32, 64]", "", true)]
    [InlineData("x: { int: [1, 60] }, batch: [32, 128]", "", false)]
    [InlineData("y: { int: [1, 60] }", "batch: 64", false)]
    [InlineData("x: { int: [1, 60] }, momentum: { choice: [0, 1], when: { x: 60 } }", "batch: 64", true)]
    [InlineData("x: { int: [1, 60] }, momentum: { choice: [0, 1], when: { x: 7 } }", "batch: 64", false)]
    public async Task A_set_counts_when_the_run_could_have_proposed_it(string searched, string @fixed, bool counts)
    {
        await using var stage = await Stage.SetAsync(Manifest, Script);
        await stage.DriveAsync(await stage.PlanAsync(Stage.ReadSpec(Manifest.Replace("int: [1, 60]", "int: [7, 7]", StringComparison.Ordinal))));

        var run = await stage.PlanAsync(Stage.ReadSpec(Manifest.Replace("x: { int: [1, 60] }", searched, StringComparison.Ordinal).Replace("batch: 64", @fixed, StringComparison.Ordinal)));

        run.WarmStart!.Sets.ShouldBe(counts ? 1 : 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_strangers_code_printed_is_history_for_nobody()
    {
        await using var stage = await Stage.SetAsync(Manifest, Script);
        var ours = await stage.DriveAsync(await stage.PlanAsync());
        var strange = Stage.ReadSpec(Manifest) with { MayWriteStorage = false };

        var theirs = await stage.DriveAsync(await stage.PlanAsync(strange));
        var (next, theirNext) = (await stage.PlanAsync(), await stage.PlanAsync(strange));

        theirs.WarmStart!.Runs.ShouldBe([ours.Id.Number]);
        next.WarmStart!.Runs.ShouldBe([ours.Id.Number]);
        theirNext.WarmStart!.Runs.ShouldBe([ours.Id.Number]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_complete_sets_of_ended_runs_count_and_of_equal_ones_the_newest()
    {
        await using var stage = await Stage.SetAsync(Manifest, Script);
        var open = await stage.PlanAsync(Stage.ReadSpec(Manifest.Replace("max-trials: 12", "max-trials: 12, repeats: 2", StringComparison.Ordinal)));
        ParameterSet Of(long x) => new([new("batch", ParameterValue.Of(64L)), new("x", ParameterValue.Of(x))]);
        await AddAsync(open, 1, (Of(1), 1.0), (Of(1), 3.0), (Of(2), 5.0), (Of(2), null), (Of(3), double.NaN), (Of(3), 1.0), (Of(4), 9.0), (Of(4), 9.0));
        (await stage.PlanAsync()).WarmStart!.Sets.ShouldBe(0, "it is open");

        await stage.Bench.Store.UpdateRunAsync(new RunUpdate(open.Id, [RunState.Queued], RunState.Cancelled, stage.Clock.GetUtcNow(), "", []), None);
        var cancelled = await stage.PlanAsync();
        await AddAsync(cancelled, 1, (Of(4), 0.5));
        await stage.Bench.Store.UpdateRunAsync(new RunUpdate(cancelled.Id, [RunState.Queued], RunState.Cancelled, stage.Clock.GetUtcNow(), "", []), None);
        var last = await stage.PlanAsync();

        (await stage.Bench.Store.ListEarlierSetsAsync(last.Id, None)).Select(set => (set.Parameters.ToString(), set.Values.Single())).ShouldBe([("x=1", 2.0), ("x=4", 0.5)]);
        last.WarmStart!.Runs.ShouldBe([cancelled.Id.Number, open.Id.Number]);
        last.WarmStart.Best.ShouldBe(0.5);

        async Task AddAsync(Run run, int first, params (ParameterSet Parameters, double? Loss)[] trials)
        {
            foreach (var ((parameters, loss), at) in trials.Select((trial, at) => (trial, at)))
            {
                var trial = new Trial
                {
                    Id = new TrialId(run.Id, first + at), ParameterSetNumber = (at / run.Spec.Sweep.Repeats) + 1, Repeat = (at % run.Spec.Sweep.Repeats) + 1,
                    Parameters = parameters, Seed = at, Command = ["true"], Fingerprint = $"{run.Id}.{at}",
                };
                (await stage.Bench.Store.AddTrialsAsync([trial], None)).ShouldBeTrue();
                await EndAsync(stage, trial, loss);
            }
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Values_are_those_of_todays_objectives_and_constraints()
    {
        await using var stage = await Stage.SetAsync(Manifest, Script);
        var first = await stage.DriveAsync(await stage.PlanAsync());

        var spec = Stage.ReadSpec(Manifest.Replace("objective: { minimize: loss }", "objective: [{ maximize: ms }, { minimize: loss }]\n    constraints: { ms: '<= 10' }", StringComparison.Ordinal));
        var other = await stage.PlanAsync(spec);
        var unknown = await stage.PlanAsync(spec with { Objectives = [new Objective("acc", Direction.Maximize)] });

        var sets = await stage.Bench.Store.ListEarlierSetsAsync(other.Id, None);
        sets.Length.ShouldBe(12);
        sets.ShouldAllBe(set => set.Values[0] == set.Parameters["x"]!.Value.AsInteger && set.Values[1] == Math.Abs(set.Values[0] - 7));
        sets.ShouldAllBe(set => Math.Abs(set.Violation - Math.Max(0, (set.Values[0] / 10) - 1)) < 1e-12);
        other.WarmStart!.Best.ShouldBe((await ValuesAsync(stage, first)).Where(x => x <= 10).Max());
        unknown.WarmStart!.Sets.ShouldBe(0);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(ObjectiveAggregate.Last, 9)]
    [InlineData(ObjectiveAggregate.Best, 1)]
    [InlineData(ObjectiveAggregate.MeanOfLastFive, 3.8)]
    public async Task A_curve_counts_as_todays_aggregate_has_it(ObjectiveAggregate aggregate, double value)
    {
        await using var stage = await Stage.SetAsync(Manifest, Script);
        var run = await stage.PlanAsync();
        await stage.Bench.Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Running, stage.Clock.GetUtcNow(), "", []), None);
        using var sweep = await Sweep.LoadAsync(run, stage.Bench);
        await SucceedAsync(stage, (await sweep.NextAsync([])).Trial!, 50, 1, 2, 3, 4, 9);
        await stage.Bench.Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Running], RunState.Finished, stage.Clock.GetUtcNow(), "", []), None);

        var next = await stage.PlanAsync(run.Spec with { Objectives = [new Objective("loss", Direction.Minimize, aggregate)] });

        next.WarmStart!.Best.ShouldBe(value);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_newest_sets_count_when_there_are_too_many()
    {
        await using var stage = await Stage.SetAsync(Manifest, Script);
        var first = await stage.DriveAsync(await stage.PlanAsync());
        var run = await stage.DriveAsync(await stage.PlanAsync());

        var found = await new EarlierRuns(stage.Bench.Store) { MostSets = 15 }.FindAsync(run.Id.Project, run.Spec, None);

        var (older, newer) = (await ValuesAsync(stage, first), await ValuesAsync(stage, run));
        found!.Value.Sets.Select(set => (int)set.Parameters["x"]!.Value.AsInteger).ShouldBe([.. older.Except(newer).TakeLast(3), .. newer]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_grid_that_auto_chose_is_run_whole_whatever_earlier_runs_found()
    {
        await using var stage = await Stage.SetAsync(Manifest.Replace("sampler: tpe", "sampler: auto", StringComparison.Ordinal).Replace("60", "4", StringComparison.Ordinal), Script);
        await stage.DriveAsync(await stage.PlanAsync());

        var second = await stage.DriveAsync(await stage.PlanAsync());

        second.WarmStart.ShouldBeNull();
        second.SamplerNote.ShouldBe("grid: 4 points, at most 12 asked, whatever earlier runs found");
        (await ValuesAsync(stage, second)).ShouldBe([1, 2, 3, 4]);
    }

    private static async Task<List<int>> SecondRunAsync(Func<Stage, RunId, Task> betweenAsync)
    {
        await using var stage = await Stage.SetAsync(Manifest, Script);
        var first = await stage.DriveAsync(await stage.PlanAsync());
        var second = await stage.PlanAsync();
        await betweenAsync(stage, first.Id);
        return await ValuesAsync(stage, await stage.DriveAsync(second));
    }

    private static async Task<List<int>> ValuesAsync(Stage stage, Run run) =>
        [.. (await stage.Bench.Store.ListTrialsAsync(run.Id, None)).Select(trial => (int)trial.Parameters["x"]!.Value.AsInteger)];

    private static async Task SucceedAsync(Stage stage, Trial claimed, params double[] losses)
    {
        var now = stage.Clock.GetUtcNow();
        var attempt = claimed.Attempts[^1] with { StartedAt = now };
        await stage.Bench.Store.AppendPointsAsync(attempt.Id, stage.Bench.Worker, [new SeriesChunk("loss", [.. losses.Select((loss, at) => new MetricPoint(at, loss, now))])], 1, 0, None);
        attempt = attempt with { EndedAt = now, Outcome = AttemptOutcome.Succeeded };
        (await stage.Bench.Store.UpdateTrialAsync(new TrialUpdate(claimed.Id, TrialState.Starting, TrialState.Succeeded, attempt), None)).ShouldBeTrue();
    }

    private static async Task EndAsync(Stage stage, Trial queued, double? loss)
    {
        var now = stage.Clock.GetUtcNow();
        var attempt = new Attempt { Id = new AttemptId(queued.Id, 1), PreparingAt = now, Worker = stage.Bench.Worker };
        (await stage.Bench.Store.UpdateTrialAsync(new TrialUpdate(queued.Id, TrialState.Queued, TrialState.Starting, attempt), None)).ShouldBeTrue();
        if (loss is { } value)
        {
            await SucceedAsync(stage, queued with { Attempts = [attempt] }, value);
            return;
        }

        attempt = attempt with { EndedAt = now, Outcome = AttemptOutcome.Failed };
        (await stage.Bench.Store.UpdateTrialAsync(new TrialUpdate(queued.Id, TrialState.Starting, TrialState.Failed, attempt), None)).ShouldBeTrue();
    }
}
