using GradientCI.Experiments;
using GradientCI.Runner.Executors;

namespace GradientCI.Runner.Orchestration;

/// <summary>What an executor is told about an attempt.</summary>
internal static class AttemptRequests
{
    public static AttemptRequest Of(Run run, Trial trial, Attempt attempt, string workspace, AttemptSecrets secrets, Workbench bench) => new()
    {
        Id = attempt.Id,
        Command = run.Spec.Command with { Words = trial.Command },
        Setup = SetupOf(run),
        WorkingDirectory = Path.GetFullPath(Path.Combine(workspace, run.Spec.Workdir)),
        Environment = secrets.AddTo(TrialEnvironment.Of(run, trial, attempt, workspace, bench)),
        LogPath = OutputOf(run, attempt, bench.Data),
        StateDirectory = bench.Data.State(attempt.Id),
        Gpus = attempt.Gpus,
        Resources = run.Spec.Resources,
        Ports = run.Spec.Ports,
        Image = ImageOf(run),
        Mounts = [.. TrialEnvironment.MountsOf(run, trial, attempt.Id, workspace, bench.Data), .. secrets.Mounts],
    };

    /// <summary>What it takes to find an attempt again; its workspace may be gone.</summary>
    public static AttemptRequest ToAdopt(Run run, Trial trial, Attempt attempt, DataFolder data) => new()
    {
        Id = attempt.Id,
        Command = run.Spec.Command with { Words = trial.Command },
        WorkingDirectory = data.Root,
        Environment = run.Spec.Env,
        LogPath = OutputOf(run, attempt, data),
        StateDirectory = data.State(attempt.Id),
        Gpus = attempt.Gpus,
        Image = ImageOf(run),
    };

    // What may hold secrets comes into the log by way of a masker.
    private static string OutputOf(Run run, Attempt attempt, DataFolder data) => AttemptSecrets.AreHeldBy(run, attempt.Id, data) ? data.Output(attempt.Id) : data.Log(attempt.Id);

    // A run that began before setups were kept has none in its image.
    private static string? SetupOf(Run run) => run.Provenance.BaseImageDigest.Length > 0 ? ImageSetup.TakeOver : run.Spec.Setup;

    // By its digest: whoever moves the tag meanwhile changes nothing of the run.
    private static string? ImageOf(Run run) => run.Spec.IsInContainer ? run.Provenance.ImageDigest : null;
}
