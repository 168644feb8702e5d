using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Specs;

namespace GradientCI.Runner.Executors;

/// <summary>Runs attempts somewhere: on this machine, in a container, on a cluster.</summary>
/// <remarks>
/// Life of an attempt: <see cref="StartAsync"/> once; then <see cref="IRunningAttempt.Completion"/> is awaited while
/// <see cref="IRunningAttempt.StopAsync"/> may be called any number of times; then the attempt is disposed, which
/// lets go of it and does not stop it. Many attempts run at once, and all methods may be called from any thread.
/// An attempt outlives this process: <see cref="AdoptAsync"/> finds it again by the handle that was recorded. The
/// command of an attempt begins at most once, however many processes start, die and adopt.
/// A failing attempt is an <see cref="AttemptEnd"/>, never an exception.
/// </remarks>
public interface ITrialExecutor
{
    /// <summary>The name by which the command line asks for it.</summary>
    string Name { get; }

    /// <summary>Starts an attempt. Everything it prints is appended to the log file, whoever lives.</summary>
    /// <exception cref="GradientException">The machine cannot start processes now; nothing was started.</exception>
    Task<IRunningAttempt> StartAsync(AttemptRequest request, CancellationToken cancellationToken);

    /// <summary>Finds an attempt that an earlier process started, or was about to start.</summary>
    /// <returns>
    /// The attempt, running or ended. One whose command had not begun ends as <see cref="AttemptEnd.NeverBegan"/>, and
    /// can from then on not be started by anybody; one that vanished ends as <see cref="AttemptEnd.Lost"/>, when nothing
    /// of it is left.
    /// </returns>
    Task<IRunningAttempt> AdoptAsync(AttemptRequest request, string handle, CancellationToken cancellationToken);
}

/// <summary>What an executor needs to know to run an attempt. Paths are absolute.</summary>
public sealed record AttemptRequest
{
    /// <summary>Which attempt.</summary>
    public required AttemptId Id { get; init; }

    /// <summary>The command with its templates expanded.</summary>
    public required CommandSpec Command { get; init; }

    /// <summary>A shell line that runs before the command in the same folder, or null; its failure is the attempt's.</summary>
    public string? Setup { get; init; }

    /// <summary>The folder that the command starts in.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The trial's variables: the whole contract, the manifest's <c>env</c> included.</summary>
    public required ImmutableSortedDictionary<string, string> Environment { get; init; }

    /// <summary>Where standard output and error go, appended.</summary>
    public required string LogPath { get; init; }

    /// <summary>A folder of the attempt's own, for the executor's files.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The container image that it runs in, or null for this machine.</summary>
    public string? Image { get; init; }

    /// <summary>What it may reach of this machine's files beside its working directory, where it cannot reach all; at the same paths.</summary>
    public ImmutableArray<AttemptMount> Mounts { get; init; } = [];

    /// <summary>The GPUs that it owns, by index; shared ones included.</summary>
    public ImmutableArray<int> Gpus { get; init; } = [];

    /// <summary>The ports that the manifest declares; the trial learns from variables where to listen.</summary>
    public ImmutableArray<int> Ports { get; init; } = [];

    /// <summary>What it needs; executors that can enforce limits do.</summary>
    public ResourceSpec Resources { get; init; } = new();
}

/// <summary>A file or folder that an attempt may reach.</summary>
/// <param name="Path">Absolute; it must be there.</param>
/// <param name="IsReadOnly">Whether it may only be read.</param>
public sealed record AttemptMount(string Path, bool IsReadOnly)
{
    /// <summary>Where the attempt has it: at the same path, unless it says otherwise.</summary>
    public string Target { get; init; } = Path;

    /// <summary>Whether nobody but the attempt's user may read it, so that it must be that user's.</summary>
    public bool IsPrivate { get; init; }
}

/// <summary>A started attempt.</summary>
public interface IRunningAttempt : IAsyncDisposable
{
    /// <summary>What <see cref="ITrialExecutor.AdoptAsync"/> needs; at most 1,000 characters.</summary>
    string Handle { get; }

    /// <summary>Ends with the attempt: every process of it is gone and the log is complete.</summary>
    Task<AttemptEnd> Completion { get; }

    /// <summary>Whether it has ended, and a full disk keeps its log from being complete.</summary>
    bool AwaitsRoom => false;

    /// <summary>
    /// Asks the attempt to end, waits for the grace time, then insists. Ends when nothing of it is left.
    /// A second call with a shorter grace shortens the first.
    /// </summary>
    Task StopAsync(TimeSpan grace, CancellationToken cancellationToken);

    /// <summary>What it uses now, as metrics under <see cref="MetricLimits.SystemPrefix"/>; empty when unknown.</summary>
    IReadOnlyList<KeyValuePair<string, double>> SampleUsage();
}

/// <summary>How an attempt ended by itself, or after it was stopped.</summary>
/// <param name="ExitCode">The exit code; null when a signal ended it or none is known.</param>
/// <param name="Signal">The signal that ended it, or null.</param>
/// <param name="IsOutOfMemory">Whether the kernel killed it for memory.</param>
/// <param name="StartProblem">Why it could not be started, one sentence, or null when it was.</param>
public sealed record AttemptEnd(int? ExitCode, int? Signal = null, bool IsOutOfMemory = false, string? StartProblem = null)
{
    /// <summary>It vanished without a word: the machine, or everything that could have told, was killed.</summary>
    public static AttemptEnd Lost { get; } = new(null, null);

    /// <summary>Its command had not begun and never will: the process that was about to start it died.</summary>
    public static AttemptEnd NeverBegan { get; } = new(null, null) { HasBegun = false };

    /// <summary>Whether its command was begun.</summary>
    public bool HasBegun { get; init; } = true;
}
