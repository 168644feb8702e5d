using System.Diagnostics;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

public abstract partial class ExperimentStoreContract
{
    [Fact(Timeout = Patience)]
    public async Task What_was_recorded_is_there_after_a_restart()
    {
        var run = await Store.AddRunAsync(trials: 2);
        var attempt = await Store.StartAsync(new TrialId(run.Id, 1));
        await Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(10))], 100, 1, None);
        await Store.EndAsync(attempt);
        var before = Described.As(await Store.ReadSnapshotAsync(run.Id, 100, None));

        await ReopenAsync();

        Described.As(await Store.ReadSnapshotAsync(run.Id, 100, None)).ShouldBe(before);
        (await Store.ReadLogOffsetAsync(attempt, None)).ShouldBe(100);
        (await Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(1, from: 10))], 110, 0, None)).ShouldBeTrue();
        (await Store.ReadPointsAsync(attempt.Trial, "loss", None)).ShouldBe(StoreSamples.Points(11));
    }

    [Fact(Timeout = Patience)]
    public async Task Closing_finishes_what_was_asked_for_and_afterwards_nothing_can_be()
    {
        var run = await Store.AddRunAsync();
        var adding = Enumerable.Range(1, 100).Select(number => Store.AddTrialsAsync([StoreSamples.Trial(run.Id, number)], None)).ToList();

        await Store.DisposeAsync();

        await Task.WhenAll(adding);
        await Should.ThrowAsync<ObjectDisposedException>(() => Store.AddTrialsAsync([], None));
        await Should.ThrowAsync<ObjectDisposedException>(() => Store.ListProjectsAsync(None));
        await ReopenAsync();
        (await Store.ListTrialsAsync(run.Id, None)).Length.ShouldBe(100);
    }

    [Fact(Timeout = Patience)]
    public async Task A_call_that_was_cancelled_before_writes_nothing()
    {
        var run = await Store.AddRunAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => Store.AddTrialsAsync([StoreSamples.Trial(run.Id, 1)], cancelled.Token));
        await Should.ThrowAsync<OperationCanceledException>(() => Store.ListRunsAsync(new RunQuery(), cancelled.Token));

        (await Store.ListTrialsAsync(run.Id, None)).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_killed_process_loses_nothing_that_it_was_told_is_recorded()
    {
        var acknowledged = 0;
        using (var writer = Process.Start(Writer("trials"))!)
        {
            // However the test ends, the writer must not go on for ever.
            try
            {
                while (acknowledged < 100)
                {
                    acknowledged = int.Parse((await writer.StandardOutput.ReadLineAsync())!);
                }
            }
            finally
            {
                writer.Kill();
            }

            var rest = await writer.StandardOutput.ReadToEndAsync();
            await writer.WaitForExitAsync();
            acknowledged = rest.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).LastOrDefault(acknowledged);
        }

        await ReopenAsync();

        var run = (await Store.ListRunsAsync(new RunQuery(), None)).ShouldHaveSingleItem();
        var trials = (await Store.ReadSnapshotAsync(run.Id, 100, None))!.Trials;
        trials.Take(acknowledged).Count(trial => trial.Trial.State == TrialState.Succeeded).ShouldBe(acknowledged);
        trials.Length.ShouldBeInRange(acknowledged, acknowledged + 1);
        foreach (var trial in trials)
        {
            // All of an append or nothing of it: both series and the offset, and all of it before the trial's end.
            var offset = await Store.ReadLogOffsetAsync(new AttemptId(trial.Trial.Id, 1), None);
            trial.Series.Values.Select(series => series.Summary.Count).ShouldBe(offset == 0 ? [] : [StoreWriter.PointsPerTrial, StoreWriter.PointsPerTrial]);
            (offset == StoreWriter.LogBytesPerTrial || trial.Trial.State != TrialState.Succeeded).ShouldBeTrue();
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Two_processes_share_a_store()
    {
        const int count = 300;
        const int runs = 40;
        var run = await Store.AddRunAsync(trials: count);
        using var first = Process.Start(Writer("race", $"{count}", $"{runs}"))!;
        using var second = Process.Start(Writer("race", $"{count}", $"{runs}"))!;

        var claimed = int.Parse((await first.StandardOutput.ReadLineAsync())!) + int.Parse((await second.StandardOutput.ReadLineAsync())!);
        await first.WaitForExitAsync();
        await second.WaitForExitAsync();

        claimed.ShouldBe(count);
        (await Store.ListTrialsAsync(run.Id, None)).ShouldAllBe(trial => trial.State == TrialState.Starting && trial.Attempts.Length == 1);
        (await Store.ListRunsAsync(new RunQuery { Experiment = "race" }, None)).Select(made => made.Id.Number).ShouldBe(Enumerable.Range(1, 2 * runs).Reverse());
    }
}
