using GradientCI.Experiments;
using GradientCI.SearchSpaces;
using GradientCI.Specs;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;

namespace GradientCI.Benchmarks;

/// <summary>The real database, in a folder of its own, with a running attempt.</summary>
internal static class DatabaseStore
{
    public static async Task<ISeriesStore> CreateAsync(AttemptId attempt)
    {
        var folder = Directory.CreateTempSubdirectory("gradientci-bench-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var store = await SqliteExperimentStore.OpenAsync(folder, TimeProvider.System, CancellationToken.None);
        var now = DateTimeOffset.UnixEpoch;
        await store.PutProjectAsync(new Project(attempt.Trial.Run.Project, "bench", "/bench"), CancellationToken.None);
        await store.CreateRunAsync(
            new Run
            {
                Id = attempt.Trial.Run,
                Spec = new ExperimentSpec { Name = attempt.Trial.Run.Experiment, Command = new CommandSpec(["true"], IsShell: true) },
                Commit = new Commit { Sha = new CommitSha(new string('0', 40)), Tree = "" },
                ManifestDigest = "",
                Provenance = new Provenance(),
                Executor = "process",
                CreatedAt = now,
            },
            null,
            CancellationToken.None);
        var trial = new Trial
        {
            Id = attempt.Trial, ParameterSetNumber = 1, Repeat = 1, Parameters = ParameterSet.Empty, Seed = 1, Command = ["true"], Fingerprint = "",
        };
        await store.AddTrialsAsync([trial], CancellationToken.None);
        await store.UpdateTrialAsync(
            new TrialUpdate(trial.Id, TrialState.Queued, TrialState.Starting, new Attempt { Id = attempt, PreparingAt = now }), CancellationToken.None);
        return store;
    }
}
