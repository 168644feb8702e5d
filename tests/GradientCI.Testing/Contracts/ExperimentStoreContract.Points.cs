using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

public abstract partial class ExperimentStoreContract
{
    [Fact(Timeout = Patience)]
    public async Task Points_come_back_in_order_of_arrival_with_every_value_a_double_can_have()
    {
        var attempt = await RunningAsync();
        MetricPoint[] points =
        [
            .. new[] { 1.5, double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, double.Epsilon, double.MaxValue, -double.MaxValue }
                .Select((y, i) => new MetricPoint(i % 3 == 0 ? double.NaN : 5 - i, y, StoreSamples.Noon.AddMilliseconds(-i))),
        ];

        (await Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", points)], 0, 0, None)).ShouldBeTrue();

        var read = await Store.ReadPointsAsync(attempt.Trial, "loss", None);
        read.Select(point => (BitConverter.DoubleToInt64Bits(point.X), BitConverter.DoubleToInt64Bits(point.Y), point.Time))
            .ShouldBe(points.Select(point => (BitConverter.DoubleToInt64Bits(point.X), BitConverter.DoubleToInt64Bits(point.Y), point.Time)));
        (await Store.ReadPointsAsync(attempt.Trial, "LOSS", None)).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_series_without_a_finite_value_has_a_summary()
    {
        var attempt = await RunningAsync();
        MetricPoint[] points = [new(double.NaN, double.NaN, StoreSamples.Noon), new(2, double.PositiveInfinity, StoreSamples.Noon)];

        await Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", points)], 0, 0, None);

        (await Store.ListSummariesAsync(attempt.Trial.Run, None)).ShouldBe([(1, "loss", SeriesSummary.Of(points))]);
        (await Store.ListSummariesAsync(attempt.Trial, None)).ShouldBe([("loss", SeriesSummary.Of(points))]);
        (await Store.ListSummariesAsync(attempt.Trial with { Number = 99 }, None)).ShouldBeEmpty();
        var series = (await Store.ReadSnapshotAsync(attempt.Trial.Run, 100, None))!.Trials[0].Series["loss"];
        series.Median.ShouldBe(double.NaN);
        series.LastFive.ShouldBe([double.NaN, double.PositiveInfinity]);
    }

    [Fact(Timeout = Patience)]
    public async Task Values_whose_moments_overflow_are_kept()
    {
        var attempt = await RunningAsync();
        MetricPoint[] points = [new(0, double.MaxValue, StoreSamples.Noon), new(1, -double.MaxValue, StoreSamples.Noon), new(2, double.MaxValue, StoreSamples.Noon)];

        await Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", points)], 0, 0, None);
        await Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", points)], 0, 0, None);

        (await Store.ReadPointsAsync(attempt.Trial, "loss", None)).ShouldBe([.. points, .. points]);
    }

    [Theory(Timeout = Patience)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Many_small_appends_equal_a_big_one(int seed)
    {
        var random = new Random(seed);
        var all = StoreSamples.Points(10_000);
        var attempt = await RunningAsync();
        for (var from = 0; from < all.Length;)
        {
            var count = Math.Min(all.Length - from, random.Next(8) switch { 0 => 1, 1 => 5_000, _ => random.Next(1, 90) });
            await Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("small", all.Slice(from, count))], 0, 0, None);
            from += count;
        }

        await Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("big", all)], 0, 0, None);

        (await Store.ReadPointsAsync(attempt.Trial, "small", None)).ShouldBe(all);
        (await Store.ReadPointsAsync(attempt.Trial, "big", None)).ShouldBe(all);
        foreach (var after in new[] { 0, 1, 4_095, 4_096, 4_097, 9_999, 10_000, 10_001 })
        {
            (await Store.ReadPointsAsync(attempt.Trial, "small", after, None)).ShouldBe(all[Math.Min(after, all.Length)..]);
        }

        (await Store.ReadPointsAsync(attempt.Trial, "none", 0, None)).ShouldBeEmpty();
        var summaries = await Store.ListSummariesAsync(attempt.Trial.Run, None);
        var (big, small) = (summaries[0].Summary, summaries[1].Summary);
        small.Mean.ShouldBe(big.Mean, 1e-12);
        small.StandardDeviation.ShouldBe(big.StandardDeviation, 1e-12);
        (small with { Mean = big.Mean, SumOfSquares = big.SumOfSquares }).ShouldBe(big);
    }

    [Fact(Timeout = Patience)]
    public async Task The_same_metric_twice_in_one_append_is_one_series()
    {
        var attempt = await RunningAsync();

        await Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("a", StoreSamples.Points(3)), new SeriesChunk("b", StoreSamples.Points(1)), new SeriesChunk("a", StoreSamples.Points(2, from: 3))], 0, 0, None);

        (await Store.ReadPointsAsync(attempt.Trial, "a", None)).ShouldBe(StoreSamples.Points(5));
    }

    [Fact(Timeout = Patience)]
    public async Task Names_of_metrics_may_hold_anything()
    {
        var attempt = await RunningAsync();
        string[] names = ["a", "A", "a'", "a\"; DROP TABLE series; --", "a\0b", "a\0", "größe/日本/🙂", " ", "", "%", new('x', MetricLimits.NameLength)];

        await Store.AppendPointsAsync(attempt, WorkerId.None, [.. names.Select((name, i) => new SeriesChunk(name, StoreSamples.Points(1, from: i)))], 0, 0, None);

        for (var i = 0; i < names.Length; i++)
        {
            (await Store.ReadPointsAsync(attempt.Trial, names[i], None)).ShouldBe(StoreSamples.Points(1, from: i), names[i]);
        }

        (await Store.ReadSnapshotAsync(attempt.Trial.Run, 10, None))!.Trials[0].Series.Keys.ShouldBe(names.Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = Patience)]
    public async Task Only_the_newest_attempt_may_append()
    {
        var first = await RunningAsync();
        await Store.AppendPointsAsync(first, WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(1))], 10, 0, None);
        await Store.UpdateTrialAsync(new TrialUpdate(first.Trial, TrialState.Running, TrialState.Queued), None);
        var second = await Store.StartAsync(first.Trial, attempt: 2);

        (await Store.AppendPointsAsync(first, WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(5))], 99, 3, None)).ShouldBeFalse();
        (await Store.AppendPointsAsync(second with { Number = 3 }, WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(5))], 99, 3, None)).ShouldBeFalse();
        (await Store.AppendPointsAsync(second, WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(1, from: 1))], 20, 0, None)).ShouldBeTrue();

        (await Store.ReadPointsAsync(first.Trial, "loss", None)).ShouldBe(StoreSamples.Points(2));
        (await Store.ReadLogOffsetAsync(first, None)).ShouldBe(10);
        (await Store.ReadLogOffsetAsync(second, None)).ShouldBe(20);
        (await Store.ReadSnapshotAsync(first.Trial.Run, 1, None))!.Trials[0].DroppedPoints.ShouldBe(0);
    }

    [Fact(Timeout = Patience)]
    public async Task The_log_offset_never_goes_back_and_a_step_of_the_trial_keeps_it()
    {
        var attempt = await RunningAsync();
        (await Store.ReadLogOffsetAsync(attempt, None)).ShouldBe(0);

        await Store.AppendPointsAsync(attempt, WorkerId.None, [], 5_000_000_000, 0, None);
        await Store.AppendPointsAsync(attempt, WorkerId.None, [], 7, 0, None);
        await Store.EndAsync(attempt);

        (await Store.ReadLogOffsetAsync(attempt, None)).ShouldBe(5_000_000_000);
        (await Store.ReadLogOffsetAsync(attempt with { Number = 2 }, None)).ShouldBe(0);
    }

    [Fact(Timeout = Patience)]
    public async Task Points_may_follow_after_the_trials_end_and_dropped_ones_add_up()
    {
        var attempt = await RunningAsync();
        await Store.AppendPointsAsync(attempt, WorkerId.None, [], 1, 3, None);
        await Store.EndAsync(attempt);

        (await Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(1))], 2, 4, None)).ShouldBeTrue();

        var trial = (await Store.ReadSnapshotAsync(attempt.Trial.Run, 1, None))!.Trials.ShouldHaveSingleItem();
        trial.DroppedPoints.ShouldBe(7);
        trial.Series.ShouldHaveSingleItem();
    }

    [Fact(Timeout = Patience)]
    public async Task Twenty_writers_at_once_lose_nothing()
    {
        var run = await Store.AddRunAsync(trials: 20);
        await using var second = await OpenAsync();

        await Task.WhenAll(Enumerable.Range(1, 20).Select(async number =>
        {
            var store = number % 2 == 0 ? Store : second;
            var attempt = await store.StartAsync(new TrialId(run.Id, number));
            for (var i = 0; i < 50; i++)
            {
                await store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(7, from: i * 7))], i, 0, None);
            }

            await store.EndAsync(attempt);
        }));

        (await Store.ListTrialsAsync(run.Id, None)).ShouldAllBe(trial => trial.State == TrialState.Succeeded);
        for (var number = 1; number <= 20; number++)
        {
            (await Store.ReadPointsAsync(new TrialId(run.Id, number), "loss", None)).ShouldBe(StoreSamples.Points(350));
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_snapshot_has_every_trial_with_its_series_thinned()
    {
        var run = await Store.AddRunAsync(trials: 3);
        var attempt = await Store.StartAsync(new TrialId(run.Id, 2));
        var points = StoreSamples.Points(5_000);
        await Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("sin", points), new SeriesChunk("acc", StoreSamples.Points(2))], 0, 0, None);

        var snapshot = (await Store.ReadSnapshotAsync(run.Id, 100, None))!;

        Described.As(snapshot.Run).ShouldBe(Described.As(run));
        Described.As(snapshot.Trials.Select(trial => trial.Trial)).ShouldBe(Described.As(await Store.ListTrialsAsync(run.Id, None)));
        snapshot.Trials.Select(trial => trial.Series.Count).ShouldBe([0, 2, 0]);
        Described.As(snapshot.Trials[1].Series["sin"]).ShouldBe(Described.As(SeriesSnapshot.Of(SeriesSummary.Of(points), points.AsSpan(), 100)));
        snapshot.Trials[1].Series["acc"].Curve.ShouldBe(StoreSamples.Points(2));
        (await Store.ReadSnapshotAsync(run.Id with { Number = 2 }, 100, None)).ShouldBeNull();
    }

    private async Task<AttemptId> RunningAsync() => await Store.StartAsync(new TrialId((await Store.AddRunAsync(trials: 1)).Id, 1));
}
