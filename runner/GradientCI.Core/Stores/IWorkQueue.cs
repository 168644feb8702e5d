using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using GradientCI.Experiments;

namespace GradientCI.Stores;

/// <summary>Who drives what, among all processes on one store.</summary>
/// <remarks>
/// A worker holds a lease that it renews; an attempt belongs to the worker that claimed it, until that worker's lease
/// has ended and another takes the attempt over. Leases are judged by the store's own clock, which no process can set,
/// never by a caller's. Every write about an attempt names its worker, and is refused when that is no longer the owner.
/// One transaction per method, as in <see cref="IExperimentStore"/>.
/// </remarks>
[SuppressMessage("Naming", "CA1711", Justification = "A queue of work is what it is; the rule knows only the collection.")]
public interface IWorkQueue
{
    /// <summary>Begins or renews a worker's lease.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="lease">How long it holds from now.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    Task RenewAsync(Worker worker, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Ends a worker's lease: it leaves, or somebody has proof of its death.</summary>
    Task EndLeaseAsync(WorkerId worker, CancellationToken cancellationToken);

    /// <summary>The workers that have not left, with whether their lease holds; oldest first.</summary>
    Task<ImmutableArray<(Worker Worker, bool IsAlive)>> ListWorkersAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Runs that are not over and that a worker may drive: those without a living attendant, and its own. An ended run is
    /// not over while one of its trials is. First those that ended or have trials that run, then the others; oldest first.
    /// </summary>
    /// <param name="worker">The worker.</param>
    /// <param name="limit">The most runs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ImmutableArray<Run>> ListOpenRunsAsync(WorkerId worker, int limit, CancellationToken cancellationToken);

    /// <summary>Makes a worker the attendant of a run, unless another one lives.</summary>
    /// <returns>Whether it is now.</returns>
    Task<bool> AttendAsync(RunId run, WorkerId worker, CancellationToken cancellationToken);

    /// <summary>Takes the first queued trial of a run: it is starting, with a new attempt that belongs to the worker.</summary>
    /// <returns>The trial; or why there is none.</returns>
    Task<ClaimResult> ClaimTrialAsync(TrialClaim claim, CancellationToken cancellationToken);

    /// <summary>The trials of a run whose attempt has not ended, and whose worker's lease has; by number.</summary>
    Task<ImmutableArray<Trial>> ListOrphansAsync(RunId run, WorkerId worker, CancellationToken cancellationToken);

    /// <summary>Makes a worker the owner of an orphan.</summary>
    /// <returns>Whether it is now; false when another was faster, the attempt has ended, or its worker lives.</returns>
    Task<bool> TakeOverAsync(AttemptId attempt, WorkerId worker, CancellationToken cancellationToken);

    /// <summary>The trials of a run that changed after a moment, by number, with the moment to ask for next; 0 asks for all.</summary>
    Task<TrialChanges> ListChangesAsync(RunId run, long since, CancellationToken cancellationToken);

    /// <summary>Runs that have ended, trials and all, and have not been announced, that a worker may announce. Oldest first.</summary>
    Task<ImmutableArray<Run>> ListUnannouncedAsync(WorkerId worker, int limit, CancellationToken cancellationToken);

    /// <summary>Notes that a run's end has been told; nothing when it was taken up again meanwhile.</summary>
    Task MarkAnnouncedAsync(RunId run, CancellationToken cancellationToken);
}

/// <summary>Asks for a queued trial.</summary>
/// <param name="Run">Of this run.</param>
/// <param name="Worker">For this worker, whose lease must hold.</param>
/// <param name="Gpus">The GPUs that the trial will own, by index.</param>
/// <param name="At">When, for the record.</param>
public sealed record TrialClaim(RunId Run, WorkerId Worker, ImmutableArray<int> Gpus, DateTimeOffset At)
{
    /// <summary>The most trials of the run that may be starting or running at once, whoever drives them.</summary>
    public int Parallel { get; init; } = int.MaxValue;
}

/// <summary>A claimed trial, or why there is none.</summary>
/// <param name="Trial">The trial with its new attempt as the last, or null.</param>
/// <param name="Refusal">Why there is none.</param>
public sealed record ClaimResult(Trial? Trial, ClaimRefusal Refusal = ClaimRefusal.None);

/// <summary>Why a worker gets no trial.</summary>
public enum ClaimRefusal
{
    /// <summary>It got one.</summary>
    None,

    /// <summary>None is queued.</summary>
    NothingQueued,

    /// <summary>As many run as may run at once.</summary>
    AtTheLimit,

    /// <summary>A GPU is held by an attempt of another worker, perhaps a dead one.</summary>
    GpuHeld,

    /// <summary>The run is not running.</summary>
    RunNotRunning,

    /// <summary>No new trial starts until somebody says so: <see cref="IPauseSwitch"/>.</summary>
    Paused,

    /// <summary>The worker's lease has ended; renew it first.</summary>
    LeaseEnded,
}

/// <summary>What is new of a run's trials.</summary>
/// <param name="Trials">The trials as they are now, by number.</param>
/// <param name="Until">Ask for changes after this next time.</param>
public sealed record TrialChanges(ImmutableArray<Trial> Trials, long Until);
