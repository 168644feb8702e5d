using System.Diagnostics;
using System.Globalization;
using GradientCI.Experiments;
using GradientCI.SearchSpaces;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;

namespace GradientCI.Benchmarks;

/// <summary>Trials of one run proposed, claimed, started and ended, one durable step after the other: four steps each.</summary>
internal static class TransitionsBenchmark
{
    private const int Window = 1_000;
    private static readonly Worker Me = new(new WorkerId("bench"), "bench", 1, TakesAnyRun: true);

    /// <param name="trials">How many, at least twice the window that the first and the last are compared by.</param>
    public static async Task RunAsync(int trials)
    {
        var attempt = new AttemptId(new TrialId(new RunId(new ProjectId("bench"), "bench", 1), 1), 1);
        await using var store = (SqliteExperimentStore)await DatabaseStore.CreateAsync(attempt);
        var run = attempt.Trial.Run;
        await store.RenewAsync(Me, TimeSpan.FromHours(1), CancellationToken.None);
        await store.UpdateRunAsync(new RunUpdate(run, [RunState.Queued], RunState.Running, DateTimeOffset.UnixEpoch), CancellationToken.None);
        await MeasureAsync(store, run, 2, Window);

        var first = await MeasureAsync(store, run, 2 + Window, Window);
        await MeasureAsync(store, run, 2 + (2 * Window), trials - (3 * Window));
        var last = await MeasureAsync(store, run, 2 + trials - Window, Window);

        Console.WriteLine($"{trials:N0} trials, one step after the other: first {Window:N0} {Rate(first)}, last {Window:N0} {Rate(last)} (bar 1,000/s)");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the last against the first: {last / first:F2} (bar 1.2)"));
    }

    private static string Rate(TimeSpan time) => $"{4 * Window / time.TotalSeconds:N0} steps/s";

    private static async Task<TimeSpan> MeasureAsync(SqliteExperimentStore store, RunId run, int from, int count)
    {
        var watch = Stopwatch.StartNew();
        for (var number = from; number < from + count; number++)
        {
            var trial = new Trial
            {
                Id = new TrialId(run, number), ParameterSetNumber = number, Repeat = 1, Parameters = ParameterSet.Empty, Seed = 1, Command = ["true"], Fingerprint = $"{number}",
            };
            await store.AddTrialsAsync([trial], CancellationToken.None);
            var claimed = (await store.ClaimTrialAsync(new TrialClaim(run, Me.Id, [], DateTimeOffset.UnixEpoch), CancellationToken.None)).Trial!;
            var attempt = claimed.Attempts[0] with { StartedAt = DateTimeOffset.UnixEpoch, Handle = "1 2 3" };
            await store.UpdateTrialAsync(new TrialUpdate(trial.Id, TrialState.Starting, TrialState.Running, attempt), CancellationToken.None);
            attempt = attempt with { Outcome = AttemptOutcome.Succeeded, EndedAt = DateTimeOffset.UnixEpoch };
            await store.UpdateTrialAsync(new TrialUpdate(trial.Id, TrialState.Running, TrialState.Succeeded, attempt), CancellationToken.None);
        }

        return watch.Elapsed;
    }
}
