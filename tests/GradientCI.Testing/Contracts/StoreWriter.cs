using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What a child process does to a store while its parent watches, kills it, or does the same at the same time.</summary>
public static class StoreWriter
{
    public const int PointsPerTrial = 10;
    public const int LogBytesPerTrial = 100;

    /// <summary><c>trials</c>: runs trials for ever, and says each number when its end is recorded.</summary>
    public static async Task RunTrialsAsync(IExperimentStore store, TextWriter output)
    {
        var run = await store.AddRunAsync();
        for (var number = 1; ; number++)
        {
            await store.AddTrialsAsync([StoreSamples.Trial(run.Id, number)], CancellationToken.None);
            var attempt = await store.StartAsync(new TrialId(run.Id, number));
            await store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(PointsPerTrial)), new SeriesChunk("acc", StoreSamples.Points(PointsPerTrial))],
                LogBytesPerTrial, 0, CancellationToken.None);
            await store.EndAsync(attempt);
            await output.WriteLineAsync(number.ToString());
            await output.FlushAsync();
        }
    }

    /// <summary><c>race</c>: claims what it can of the trials of a run and makes runs of its own; says how many it claimed.</summary>
    public static async Task RaceAsync(IExperimentStore store, RunId run, int trials, int runs, TextWriter output)
    {
        var claims = await Task.WhenAll(Enumerable.Range(1, trials).Select(number => store.UpdateTrialAsync(
            new TrialUpdate(new TrialId(run, number), TrialState.Queued, TrialState.Starting, StoreSamples.Attempt(new TrialId(run, number))),
            CancellationToken.None)));
        for (var made = 0; made < runs; made++)
        {
            await store.CreateRunAsync(StoreSamples.Run("race"), null, CancellationToken.None);
        }

        await output.WriteLineAsync(claims.Count(claimed => claimed).ToString());
    }
}
