using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;

namespace GradientCI.Stores;

/// <summary>The durable record of projects, runs, trials, attempts and series.</summary>
/// <remarks>
/// Every method is one transaction: after it returns, SIGKILL loses nothing of it; when it throws or the process
/// dies inside it, nothing of it happened. Safe to call from several threads and processes on one store.
/// Times are passed in, UTC; the store keeps milliseconds. Reads give immutable snapshots.
/// All methods throw <see cref="GradientException"/> of kind Environment when the storage is full, unreadable,
/// or of a newer version.
/// </remarks>
public interface IExperimentStore : ISeriesStore, IRetention, IAsyncDisposable
{
    /// <summary>Records a project, or renews its name and location; idempotent.</summary>
    Task PutProjectAsync(Project project, CancellationToken cancellationToken);

    /// <summary>All projects, by id.</summary>
    Task<ImmutableArray<Project>> ListProjectsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Records a queued run of a recorded project under the next number of its project and experiment; when there is one
    /// of the same origin, that one is returned and nothing is recorded.
    /// </summary>
    /// <param name="run">The run; the number of its id is ignored.</param>
    /// <param name="by">Who starts it; null when nobody does, but a push or a schedule.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>The run with its number.</returns>
    Task<Run> CreateRunAsync(Run run, Signature? by, CancellationToken cancellationToken);

    /// <summary>The parameter sets of earlier runs that were recorded with a run, in their order; they stay when those runs are deleted.</summary>
    Task<ImmutableArray<EarlierSet>> ListEarlierSetsAsync(RunId run, CancellationToken cancellationToken);

    /// <summary>Moves a run on, if it is still in one of the states it may come from, and with it those of its trials that the update names.</summary>
    /// <returns>Whether it was; false means somebody else was first, and nothing changed.</returns>
    Task<bool> UpdateRunAsync(RunUpdate update, CancellationToken cancellationToken);

    /// <summary>Records new queued trials of one run.</summary>
    /// <returns>False when one of the numbers is taken: somebody else was first, and nothing changed.</returns>
    Task<bool> AddTrialsAsync(IReadOnlyList<Trial> trials, CancellationToken cancellationToken);

    /// <summary>Moves a trial on and records what is new of its attempt, if it is still in the expected state.</summary>
    /// <remarks>
    /// The attempt's number and worker fence: while a newer attempt is recorded, or the attempt belongs to another worker,
    /// a step changes nothing.
    /// </remarks>
    /// <returns>Whether it was; false means somebody else was first, and nothing changed.</returns>
    Task<bool> UpdateTrialAsync(TrialUpdate update, CancellationToken cancellationToken);

    /// <summary>One run, or null.</summary>
    Task<Run?> FindRunAsync(RunId id, CancellationToken cancellationToken);

    /// <summary>Runs, newest first.</summary>
    Task<ImmutableArray<Run>> ListRunsAsync(RunQuery query, CancellationToken cancellationToken);

    /// <summary>Runs, newest first, with where to go on.</summary>
    Task<RunPage> ListRunPageAsync(RunQuery query, CancellationToken cancellationToken);

    /// <summary>The trials of a run by number, with their attempts.</summary>
    Task<ImmutableArray<Trial>> ListTrialsAsync(RunId run, CancellationToken cancellationToken);

    /// <summary>Some of them: those behind a number; the cost does not grow with the run.</summary>
    Task<ImmutableArray<Trial>> ListTrialsAsync(RunId run, int after, int limit, CancellationToken cancellationToken);

    /// <summary>How many trials of a run are in which state; states without any are left out.</summary>
    Task<ImmutableSortedDictionary<TrialState, int>> CountTrialsAsync(RunId run, CancellationToken cancellationToken);

    /// <summary>One series, thinned to at most so many points that keep its peaks; empty when there is none.</summary>
    /// <remarks>However long it is, only the points that are kept are held.</remarks>
    Task<ImmutableArray<MetricPoint>> ReadCurveAsync(TrialId trial, string metric, int points, CancellationToken cancellationToken);

    /// <summary>Finished, succeeded trials of a project with a fingerprint, newest run first, at most 10.</summary>
    Task<ImmutableArray<Trial>> FindByFingerprintAsync(ProjectId project, string fingerprint, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a queued trial of an open run that never started, with the result of a succeeded trial of the same fingerprint:
    /// its series are copied, and it names the trial that computed them, through any number of earlier takings-over.
    /// </summary>
    /// <returns>False when either is otherwise by now or gone: nothing changed.</returns>
    Task<bool> TakeOverResultAsync(TrialId trial, TrialId from, CancellationToken cancellationToken);

    /// <summary>A run with its trials and series, for checks and reports; null when there is no such run.</summary>
    /// <param name="id">The run.</param>
    /// <param name="curvePoints">The most points of each curve; peaks are kept when it is thinned.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<RunSnapshot?> ReadSnapshotAsync(RunId id, int curvePoints, CancellationToken cancellationToken);
}

/// <summary>A repository that is known.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">For people: the folder's name.</param>
/// <param name="Location">An absolute path or a URL.</param>
public sealed record Project(ProjectId Id, string Name, string Location);

/// <summary>Which runs are asked for. Null means any.</summary>
public sealed record RunQuery
{
    /// <summary>The project.</summary>
    public ProjectId? Project { get; init; }

    /// <summary>The experiment's name.</summary>
    public string? Experiment { get; init; }

    /// <summary>Exactly this number within the experiment.</summary>
    public int? Number { get; init; }

    /// <summary>Only numbers below this one.</summary>
    public int? BeforeNumber { get; init; }

    /// <summary>Exactly this commit.</summary>
    public CommitSha? Commit { get; init; }

    /// <summary>Commits whose name starts so; lower-case hexadecimal.</summary>
    public string? CommitPrefix { get; init; }

    /// <summary>Exactly this state.</summary>
    public RunState? State { get; init; }

    /// <summary>Only runs behind this place of the list: <see cref="RunPage.Next"/> of the page before.</summary>
    public long? After { get; init; }

    /// <summary>The most runs.</summary>
    public int Limit { get; init; } = 100;
}

/// <summary>A part of a list of runs.</summary>
/// <param name="Runs">The runs.</param>
/// <param name="Next">The place where the list goes on, or null at its end. It stays good when runs are added or pruned.</param>
public sealed record RunPage(ImmutableArray<Run> Runs, long? Next);

/// <summary>A run's step from one state to the next.</summary>
/// <param name="Id">The run.</param>
/// <param name="From">The states it may come from.</param>
/// <param name="To">The new state.</param>
/// <param name="At">When; becomes the start or the end, as the state asks.</param>
/// <param name="Problem">For errored and cancelled runs.</param>
/// <param name="Notices">Notices to add to the run's.</param>
public sealed record RunUpdate(
    RunId Id, ImmutableArray<RunState> From, RunState To, DateTimeOffset At, string Problem = "", ImmutableArray<string> Notices = default)
{
    /// <summary>The digest of the run's image, once it is known; the first that is recorded counts.</summary>
    public string? ImageDigest { get; init; }

    /// <summary>The digest of the image under it, recorded together with it; empty when it has no layer of ours.</summary>
    public string BaseImageDigest { get; init; } = "";

    /// <summary>The versions of the run's data sets, once they are known; the first that are recorded count.</summary>
    public ImmutableArray<DatasetVersion> Datasets { get; init; } = [];

    /// <summary>The objective of the best parameter set, for a run that ends.</summary>
    public double? Best { get; init; }

    /// <summary>What the front came to, for a run with several objectives that ends; null when there is none.</summary>
    public FrontSummary? Front { get; init; }

    /// <summary>Whether the run passed, for a run that ends.</summary>
    public bool? Passed { get; init; }

    /// <summary>Steps of the run's trials that belong to it; one whose trial is elsewhere by now changes nothing.</summary>
    public ImmutableArray<TrialUpdate> Trials { get; init; } = [];

    /// <summary>Who cancels the run or takes it up again; null when nobody does, but the work itself.</summary>
    public Signature? By { get; init; }

    /// <summary>The end of a run that is not wanted any more. Whoever drives it sees the record, and ends its trials.</summary>
    /// <param name="run">The run.</param>
    /// <param name="why">One sentence: who asked for it.</param>
    /// <param name="at">When.</param>
    public static RunUpdate Cancellation(RunId run, string why, DateTimeOffset at) => new(run, [RunState.Queued, RunState.Running], RunState.Cancelled, at, why);
}

/// <summary>A trial's step from one state to the next, with what is new of its attempt.</summary>
/// <param name="Id">The trial.</param>
/// <param name="From">The state it must be in.</param>
/// <param name="To">The new state.</param>
/// <param name="Attempt">The attempt as it is now (added when its number is new), or null when there is none.</param>
/// <param name="Reason">One sentence for people, or empty.</param>
public sealed record TrialUpdate(TrialId Id, TrialState From, TrialState To, Attempt? Attempt = null, string Reason = "")
{
    /// <summary>Whether the trial's points so far are dropped: a new attempt starts from nothing.</summary>
    public bool ForgetPoints { get; init; }
}
