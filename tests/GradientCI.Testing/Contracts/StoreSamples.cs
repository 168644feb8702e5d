using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;
using GradientCI.Specs;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>Small, valid records for tests of what stands on a store.</summary>
public static class StoreSamples
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Who does something.</summary>
    public static readonly Signature Ada = new(Noon, "ada@box");

    public static Project Project(string id = "digits-3fa2c1") => new(new ProjectId(id), "digits", "/srv/digits");

    public static Run Run(string experiment = "digits", string project = "digits-3fa2c1", char sha = 'a') => new()
    {
        Id = new RunId(new ProjectId(project), experiment, 0),
        Spec = new ExperimentSpec { Name = experiment, Command = new CommandSpec(["true"], IsShell: true) },
        Commit = new Commit { Sha = new CommitSha(new string(sha, 40)), Tree = new string('b', 40), Message = "Try a larger step\n", Time = Noon },
        ManifestDigest = new string('c', 64),
        Provenance = new Provenance { Host = "box" },
        Executor = "process",
        CreatedAt = Noon,
    };

    public static Trial Trial(RunId run, int number, string fingerprint = "f") => new()
    {
        Id = new TrialId(run, number),
        ParameterSetNumber = number,
        Repeat = 1,
        Parameters = new ParameterSet([new("lr", ParameterValue.Of(0.1 * number))]),
        Seed = number,
        Command = ["true"],
        Fingerprint = fingerprint,
    };

    public static Attempt Attempt(TrialId trial, int number = 1) => new() { Id = new AttemptId(trial, number), PreparingAt = Noon };

    public static ImmutableArray<MetricPoint> Points(int count, int from = 0) =>
        [.. Enumerable.Range(from, count).Select(x => new MetricPoint(x, Math.Sin(x), Noon.AddMilliseconds(x)))];

    /// <summary>Records the project, a run of it and its trials.</summary>
    public static async Task<Run> AddRunAsync(this IExperimentStore store, int trials = 0, Run? run = null)
    {
        run ??= Run();
        await store.PutProjectAsync(Project(run.Id.Project.Value), CancellationToken.None);
        var created = await store.CreateRunAsync(run, null, CancellationToken.None);
        await store.AddTrialsAsync([.. Enumerable.Range(1, trials).Select(number => Trial(created.Id, number))], CancellationToken.None);
        return created;
    }

    /// <summary>Moves a queued trial to running under an attempt.</summary>
    public static async Task<AttemptId> StartAsync(this IExperimentStore store, TrialId trial, int attempt = 1)
    {
        var begun = Attempt(trial, attempt);
        (await store.UpdateTrialAsync(new TrialUpdate(trial, TrialState.Queued, TrialState.Starting, begun), CancellationToken.None)).ShouldBeTrue();
        begun = begun with { StartedAt = Noon.AddSeconds(1), Handle = "pid:1" };
        (await store.UpdateTrialAsync(new TrialUpdate(trial, TrialState.Starting, TrialState.Running, begun), CancellationToken.None)).ShouldBeTrue();
        return begun.Id;
    }

    /// <summary>Moves a running trial to its end.</summary>
    public static async Task EndAsync(this IExperimentStore store, AttemptId attempt, TrialState state = TrialState.Succeeded)
    {
        var ended = Attempt(attempt.Trial, attempt.Number) with
        {
            StartedAt = Noon.AddSeconds(1), EndedAt = Noon.AddSeconds(2), Outcome = AttemptOutcome.Succeeded, ExitCode = 0,
        };
        (await store.UpdateTrialAsync(new TrialUpdate(attempt.Trial, TrialState.Running, state, ended), CancellationToken.None)).ShouldBeTrue();
    }
}
