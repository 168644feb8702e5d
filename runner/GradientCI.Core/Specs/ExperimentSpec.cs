using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;

namespace GradientCI.Specs;

/// <summary>One experiment of <c>.gradient.yml</c>, validated, with the file's defaults merged in.</summary>
public sealed record ExperimentSpec
{
    /// <summary><c>[a-z0-9]</c> then <c>[a-z0-9_-]</c>, at most 63 characters.</summary>
    public required string Name { get; init; }

    /// <summary>For people; may be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>When a commit becomes a run.</summary>
    public TriggerSpec On { get; init; } = new();

    /// <summary>Whether a missing base run is made.</summary>
    public BaselineMode Baseline { get; init; } = BaselineMode.Reuse;

    /// <summary>Whether a newer commit of the same branch cancels this one's unfinished trials.</summary>
    public bool CancelSuperseded { get; init; }

    /// <summary>The container image that the trial runs in, or null for the host.</summary>
    public string? Image { get; init; }

    /// <summary>How to build the image instead, or null.</summary>
    public BuildSpec? Build { get; init; }

    /// <summary>Whether its trials run in containers.</summary>
    public bool IsInContainer => Image is not null || Build is not null;

    /// <summary>Whether an image is made here before its trials run: built, or set up.</summary>
    public bool HasImageMade => Build is not null || (Image is not null && Setup is not null);

    /// <summary>A shell command before the trial's own, or null.</summary>
    public string? Setup { get; init; }

    /// <summary>Globs of the files that setup needs, where its result is kept; empty means those of <see cref="Inputs"/>.</summary>
    public ImmutableArray<string> SetupFiles { get; init; } = [];

    /// <summary>What a trial executes.</summary>
    public required CommandSpec Command { get; init; }

    /// <summary>Where in the workspace the command starts; relative, inside the workspace.</summary>
    public string Workdir { get; init; } = ".";

    /// <summary>Variables for the trial.</summary>
    public ImmutableSortedDictionary<string, string> Env { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Names of secrets that the server holds; each is a variable of the trial.</summary>
    public ImmutableArray<string> Secrets { get; init; } = [];

    /// <summary>The same, of which the variable holds the path of a file with the secret.</summary>
    public ImmutableArray<string> SecretFiles { get; init; } = [];

    /// <summary>What one trial needs of the machine.</summary>
    public ResourceSpec Resources { get; init; } = new();

    /// <summary>A gang of machines per trial, or null for one.</summary>
    public NodesSpec? Nodes { get; init; }

    /// <summary>The longest that one attempt may take, or null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Which ends are tried again.</summary>
    public RetrySpec Retries { get; init; } = new();

    /// <summary>Globs of what the result depends on; empty means the whole tree.</summary>
    public ImmutableArray<string> Inputs { get; init; } = [];

    /// <summary>Whether an equal earlier result may stand in.</summary>
    public bool Cache { get; init; } = true;

    /// <summary>Globs of what is kept of the workspace after the trial.</summary>
    public ImmutableArray<string> Artifacts { get; init; } = [];

    /// <summary>Data sets by name, with the path that the trial sees.</summary>
    public ImmutableSortedDictionary<string, string> Datasets { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Whether its trials may write what the project shares; a stranger's may not. No manifest says it.</summary>
    public bool MayWriteStorage { get; init; } = true;

    /// <summary>Ports reachable through the service while the trial runs.</summary>
    public ImmutableArray<int> Ports { get; init; } = [];

    /// <summary>Hyperparameters that are not searched.</summary>
    public ParameterSet Parameters { get; init; } = ParameterSet.Empty;

    /// <summary>How the search goes; a space without parameters means one parameter set.</summary>
    public SweepSpec Sweep { get; init; } = new();

    /// <summary>What the sweep optimises, in the order of the manifest; may be empty.</summary>
    public ImmutableArray<Objective> Objectives { get; init; } = [];

    /// <summary>Bounds on metrics that make a trial infeasible when broken.</summary>
    public ImmutableArray<ConstraintSpec> Constraints { get; init; } = [];

    /// <summary>Where metrics come from beside the JSON lines on standard output.</summary>
    public MetricSourcesSpec Metrics { get; init; } = new();

    /// <summary>The gates, in the order of the manifest.</summary>
    public ImmutableArray<CheckSpec> Checks { get; init; } = [];

    /// <summary>What the report shows.</summary>
    public ReportSpec Report { get; init; } = new();

    /// <summary>The first objective, which ranks the trials; null when the manifest has none.</summary>
    public Objective? Objective => Objectives.IsEmpty ? null : Objectives[0];
}

/// <summary>A shell line or an argument vector, with its templates unexpanded.</summary>
/// <param name="Words">One text for the shell, or the words of the list form.</param>
/// <param name="IsShell">Whether <c>/bin/sh -c</c> reads it.</param>
public sealed record CommandSpec(ImmutableArray<string> Words, bool IsShell)
{
    /// <inheritdoc/>
    public bool Equals(CommandSpec? other) => other is not null && IsShell == other.IsShell && Words.SequenceEqual(other.Words);

    /// <inheritdoc/>
    public override int GetHashCode() => Words.Aggregate(IsShell ? 1 : 0, HashCode.Combine);
}

/// <summary>An image that is built from the commit.</summary>
/// <param name="Dockerfile">Path inside the context.</param>
/// <param name="Context">Folder of the repository.</param>
/// <param name="Args">Build arguments.</param>
/// <param name="Target">Stage to stop at, or null.</param>
public sealed record BuildSpec(string Dockerfile, string Context, ImmutableSortedDictionary<string, string> Args, string? Target);

/// <summary>What a trial needs of the machine.</summary>
public sealed record ResourceSpec
{
    /// <summary>GPUs; a fraction below 1 shares one, above 1 only whole numbers.</summary>
    public double Gpus { get; init; }

    /// <summary>A GPU model the trial insists on, or null.</summary>
    public string? GpuType { get; init; }

    /// <summary>CPU cores, or null when not stated; then a trial takes one slot.</summary>
    public double? Cpus { get; init; }

    /// <summary>Memory in bytes, or null.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Shared memory in bytes, or null.</summary>
    public long? ShmBytes { get; init; }
}

/// <summary>Distributed training: one gang of nodes per trial.</summary>
/// <param name="Count">Nodes, at least 1.</param>
/// <param name="Launcher"><c>torchrun</c>, <c>mpi</c> or <c>tensorflow</c>.</param>
public sealed record NodesSpec(int Count, string Launcher);

/// <summary>Which ends of an attempt are tried again, and how often.</summary>
public sealed record RetrySpec
{
    /// <summary>Attempts after the first.</summary>
    public int Max { get; init; }

    /// <summary>Whether a lost attempt is tried again.</summary>
    public bool OnLost { get; init; } = true;

    /// <summary>Whether an attempt that ran out of memory is tried again.</summary>
    public bool OnOutOfMemory { get; init; }

    /// <summary>Whether any failing exit is tried again (<c>failed</c>).</summary>
    public bool OnFailure { get; init; }

    /// <summary>Whether a timeout is tried again (<c>timed-out</c>).</summary>
    public bool OnTimeout { get; init; }

    /// <summary>Exit codes that are tried again.</summary>
    public ImmutableArray<int> OnExitCodes { get; init; } = [];
}
