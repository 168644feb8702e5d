using GradientCI.Experiments;
using GradientCI.Runner.Executors;

namespace GradientCI.Runner.Orchestration;

/// <summary>What an executor is told about an attempt.</summary>
internal static class AttemptRequests
{
    public static AttemptRequest Of(Run run, Trial trial, Attempt attempt, string workspace, Workbench bench) => new()
    {
        Id = attempt.Id,
        Command = run.Spec.Command with { Words = trial.Command },
        Setup = run.Spec.Setup,
        WorkingDirectory = Path.GetFullPath(Path.Combine(workspace, run.Spec.Workdir)),
        Environment = TrialEnvironment.Of(run, trial, attempt, workspace, bench),
        LogPath = bench.Data.Log(attempt.Id),
        StateDirectory = bench.Data.State(attempt.Id),
        Gpus = attempt.Gpus,
        Resources = run.Spec.Resources,
        Ports = run.Spec.Ports,
        Image = ImageOf(run),
        Mounts = TrialEnvironment.MountsOf(run, trial, attempt.Id, workspace, bench.Data),
    };

    /// <summary>What it takes to find an attempt again; its workspace may be gone.</summary>
    public static AttemptRequest ToAdopt(Run run, Trial trial, Attempt attempt, DataFolder data) => new()
    {
        Id = attempt.Id,
        Command = run.Spec.Command with { Words = trial.Command },
        WorkingDirectory = data.Root,
        Environment = run.Spec.Env,
        LogPath = data.Log(attempt.Id),
        StateDirectory = data.State(attempt.Id),
        Gpus = attempt.Gpus,
        Image = ImageOf(run),
    };

    // By its digest: whoever moves the tag meanwhile changes nothing of the run.
    private static string? ImageOf(Run run) => run.Spec.Image is null ? null : run.Provenance.ImageDigest;
}
