using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Runner;

/// <summary>The one owner of every path below the data folder (<c>--data</c>, <c>GRADIENTCI_DATA</c>).</summary>
/// <param name="Root">Absolute path of the folder.</param>
public sealed record DataFolder(string Root)
{
    /// <summary>The folder in use: the given one, else <c>$GRADIENTCI_DATA</c>, else <c>$XDG_DATA_HOME/gradientci</c>.</summary>
    /// <exception cref="GradientException">The given name is empty: it would be the folder that somebody happens to stand in.</exception>
    public static DataFolder Locate(string? given, Func<string, string?> variable)
    {
        if (given is { Length: 0 })
        {
            throw new GradientException(FailureKind.Usage, "--data names no folder.", "Give a path, or leave the option out.");
        }

        var home = variable("XDG_DATA_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(variable("HOME") ?? "/", ".local/share");
        var chosen = given ?? (variable("GRADIENTCI_DATA") is { Length: > 0 } set ? set : Path.Combine(home, "gradientci"));
        return new DataFolder(Path.GetFullPath(chosen));
    }

    /// <summary>The kinds of files that a run leaves: each a folder below the root, with a folder per project and run.</summary>
    public static ImmutableArray<string> RunKinds { get; } = ["logs", "attempts", "artifacts", "checkpoints", "reports"];

    /// <summary>What a backup holds besides the database: all that cannot be made again.</summary>
    public static ImmutableArray<string> BackedUpKinds { get; } = ["logs", "artifacts", "checkpoints", "reports", "storage", "inbox"];

    /// <summary>The database.</summary>
    public string Database => Path.Combine(Root, "gradientci.db");

    /// <summary>What is due when. All of it can be made again, so no backup holds it.</summary>
    public string Schedules => Path.Combine(Root, "schedules.db");

    /// <summary>The folder of a kind, with a folder per project.</summary>
    public string Kind(string kind) => Path.Combine(Root, kind);

    /// <summary>The folder of all projects' workspaces.</summary>
    public string AllWorkspaces => Path.Combine(Root, "workspaces");

    /// <summary>Where the workspaces of a project are pooled.</summary>
    public string Workspaces(ProjectId project) => Path.Combine(Root, "workspaces", project.Value);

    /// <summary>The log of an attempt: its standard output and error as they came; its secrets are masked.</summary>
    public string Log(AttemptId attempt) =>
        Path.Combine(Root, "logs", Folder(attempt.Trial.Run), $"{attempt.Trial.Number}.{attempt.Number}.log");

    /// <summary>The log that shows what a trial printed: its last attempt's, or the one that it took over; null before its first attempt.</summary>
    public string? Log(Trial trial) => trial switch
    {
        { CachedFrom: { } origin } => Path.Combine(Root, "logs", Folder(trial.Id.Run), $"{trial.Id.Number}.{From(origin)}.log"),
        { Attempts.IsEmpty: true } => null,
        _ => Log(trial.Attempts[^1].Id),
    };

    /// <summary>What the build of a run's image printed.</summary>
    public string BuildLog(RunId run) => Path.Combine(Root, "logs", Folder(run), "build.log");

    /// <summary>Held while an image is built. Few files for all images: two that share one are built one after the other.</summary>
    /// <param name="digest">What the image is built from, hexadecimal.</param>
    public string BuildLock(string digest) => Path.Combine(Root, "builds", $"{digest[..2]}.lock");

    /// <summary>The executor's own files of an attempt, and the trial's parameter file.</summary>
    public string State(AttemptId attempt) =>
        Path.Combine(Root, "attempts", Folder(attempt.Trial.Run), $"{attempt.Trial.Number}.{attempt.Number}");

    /// <summary>The file that says which workspace is an attempt's, from when it got it until it gave it back.</summary>
    public string Tenancy(AttemptId attempt) => Path.Combine(State(attempt), "workspace");

    /// <summary>What an attempt with secrets or a token prints, as it came, until it has ended: only its owner may read it.</summary>
    public string Output(AttemptId attempt) => Path.Combine(State(attempt), "output");

    /// <summary>Says of an attempt without secrets that what it prints is masked nevertheless, as it was given a token.</summary>
    public string TokenMark(AttemptId attempt) => Path.Combine(State(attempt), "has-token");

    /// <summary>What an attempt was given of secrets, sealed, until it has ended.</summary>
    public string SealedSecrets(AttemptId attempt) => Path.Combine(State(attempt), "secrets.sealed");

    /// <summary>What is kept of a trial.</summary>
    public string Artifacts(TrialId trial) => Path.Combine(Root, "artifacts", Folder(trial.Run), $"{trial.Number}");

    /// <summary>
    /// What is kept of a trial. What was taken over shares its files with the trial that made them, so it lies in a place
    /// that is named after that one and that no attempt ever writes to.
    /// </summary>
    public string Artifacts(Trial trial) => trial.CachedFrom is { } origin ? $"{Artifacts(trial.Id)}.{From(origin)}" : Artifacts(trial.Id);

    /// <summary>The digests of what is kept of a trial, as <c>sha256sum</c> writes them.</summary>
    public string ArtifactDigests(Trial trial) => $"{Artifacts(trial)}.sha256";

    /// <summary>What survives the retries of a trial.</summary>
    public string Checkpoint(TrialId trial) => Path.Combine(Root, "checkpoints", Folder(trial.Run), $"{trial.Number}");

    /// <summary>What the trials of a project share, for good.</summary>
    public string Storage(ProjectId project) => Path.Combine(Root, "storage", project.Value);

    /// <summary>What a trial on the host gets in that place when it may not write there.</summary>
    public string OwnStorage(AttemptId attempt) => Path.Combine(State(attempt), "storage");

    /// <summary>The bare copy of a forge's repository.</summary>
    public string Mirror(ProjectId project) => Path.Combine(Root, "repos", $"{project.Value}.git");

    /// <summary>Where the commits of bundles are, a bare repository for each project that bundles came from.</summary>
    public string Bundles => Path.Combine(Root, "bundles");

    /// <summary>Where archives of data sets are unpacked, a folder each.</summary>
    public string Datasets => Path.Combine(Root, "datasets");

    /// <summary>Held while a data set is being added.</summary>
    public string DatasetsLock => Path.Combine(Root, "datasets.lock");

    /// <summary>Where an attempt finds the data sets of its manifest, by name.</summary>
    public string DatasetLinks(AttemptId attempt) => Path.Combine(State(attempt), "datasets");

    /// <summary>Where the report of a run is written unless told otherwise.</summary>
    public string Report(RunId run) => Path.Combine(Root, "reports", Folder(run));

    /// <summary>Lock files that say which process hands out which GPU.</summary>
    public string GpuClaims => Path.Combine(Root, "gpus");

    /// <summary>A lock file per worker, named after it.</summary>
    public string WorkerLocks => Path.Combine(Root, "workers");

    /// <summary>Held by a worker as long as it lives.</summary>
    public string WorkerLock(WorkerId worker) => Path.Combine(WorkerLocks, $"{worker}.lock");

    /// <summary>Shared by all workers that drain the queue: whoever can have it alone knows that there is none.</summary>
    public string WorkersLock => Path.Combine(Root, "worker.lock");

    /// <summary>Held by the service of the folder as long as it lives.</summary>
    public string ServiceLock => Path.Combine(Root, "service.lock");

    /// <summary>Where people reach that service, as it says itself.</summary>
    public string ServicePlace => Path.Combine(Root, "service.place");

    /// <summary>What the worker that a push started printed, appended.</summary>
    public string WorkerLog => Path.Combine(Root, "worker.log");

    /// <summary>Where hooks leave what was pushed, a file for each push.</summary>
    public string Inbox => Path.Combine(Root, "inbox");

    /// <summary>Files that the service makes for others, until they are sent; emptied when it starts.</summary>
    public string Outgoing => Path.Combine(Root, "outgoing");

    /// <summary>The secret that signs links to the service's pages.</summary>
    public string PortalKey => Path.Combine(Root, "portal.key");

    /// <summary>The secret that the tokens of attempts are derived from.</summary>
    public string AttemptKey => Path.Combine(Root, "attempt.key");

    /// <summary>The keys that secrets are sealed with, unless they are kept elsewhere.</summary>
    public string SecretKey => Path.Combine(Root, "secrets.key");

    private static string From(TrialId origin) => $"from-{origin.Run.Experiment}-{origin.Run.Number}.{origin.Number}";

    private static string Folder(RunId run) => Path.Combine(run.Project.Value, $"{run.Experiment}-{run.Number}");
}
