using System.Collections.Immutable;
using GradientCI.SearchSpaces;

namespace GradientCI.Experiments;

/// <summary>Where a trial stands. <c>queued → starting → running → one of the others</c>.</summary>
public enum TrialState
{
    /// <summary>Waits for a slot.</summary>
    Queued,

    /// <summary>Has a slot; its workspace is being laid out.</summary>
    Starting,

    /// <summary>Its process runs.</summary>
    Running,

    /// <summary>Exit code 0.</summary>
    Succeeded,

    /// <summary>Another exit, or it could not be started.</summary>
    Failed,

    /// <summary>Ended by a person, a newer commit or the sweep's stop rule.</summary>
    Cancelled,

    /// <summary>Ended as unpromising; it counts as a result, not as a failure.</summary>
    Pruned,

    /// <summary>Ended at its time limit.</summary>
    TimedOut,

    /// <summary>The machine or the process vanished.</summary>
    Lost,
}

/// <summary>One assignment of hyperparameters, and one seed, as the store knows it.</summary>
public sealed record Trial
{
    /// <summary>Run and number.</summary>
    public required TrialId Id { get; init; }

    /// <summary>Which parameter set of the run, from 1: the repeats of one set share it.</summary>
    public required int ParameterSetNumber { get; init; }

    /// <summary>Which repeat of its parameter set, from 1.</summary>
    public required int Repeat { get; init; }

    /// <summary>Fixed and searched hyperparameters.</summary>
    public required ParameterSet Parameters { get; init; }

    /// <summary><c>$GRADIENT_SEED</c>.</summary>
    public required int Seed { get; init; }

    /// <summary>The command with its templates expanded; one word for the shell form.</summary>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>The digest of what the result depends on, hexadecimal.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Where it stands.</summary>
    public TrialState State { get; init; }

    /// <summary>One sentence on how it ended, for people; empty when it succeeded, and while it runs, unless it is being pruned.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Its executions so far, in order.</summary>
    public ImmutableArray<Attempt> Attempts { get; init; } = [];

    /// <summary>The trial that computed the result that was taken over, or null.</summary>
    public TrialId? CachedFrom { get; init; }

    /// <summary>How long that trial ran; it is known when that trial is gone. Null when nothing was taken over.</summary>
    public TimeSpan? Saved { get; init; }

    /// <summary>How long it took to compute the result, here or where it was taken from; null when there is none, or nobody noted it.</summary>
    public TimeSpan? ComputeTime => CachedFrom is not null ? Saved
        : Attempts.LastOrDefault(attempt => attempt.Outcome == AttemptOutcome.Succeeded) is { } attempt ? attempt.EndedAt - attempt.StartedAt
        : null;

    /// <summary>Its state as people read it: <c>succeeded, cached from digits#11.3</c>.</summary>
    public string Standing => CachedFrom is { } origin ? $"{State.Word()}, cached from {origin}" : State.Word();

    /// <summary>When the first attempt's process started, or null.</summary>
    public DateTimeOffset? StartedAt => Attempts.FirstOrDefault(attempt => attempt.StartedAt is not null)?.StartedAt;

    /// <summary>When the last attempt ended, or null.</summary>
    public DateTimeOffset? EndedAt => Attempts.IsEmpty || !State.HasEnded() ? null : Attempts[^1].EndedAt;
}

/// <summary>One execution of a trial, with the start and end of its phases, UTC.</summary>
public sealed record Attempt
{
    /// <summary>Trial and number.</summary>
    public required AttemptId Id { get; init; }

    /// <summary>What happened, or null while it runs.</summary>
    public AttemptOutcome? Outcome { get; init; }

    /// <summary>The exit code, or null when there was none.</summary>
    public int? ExitCode { get; init; }

    /// <summary>One sentence on how it ended; empty for a success.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The GPUs it owned, by index.</summary>
    public ImmutableArray<int> Gpus { get; init; } = [];

    /// <summary>The process that drives it: its writes count, and those of others are refused.</summary>
    public WorkerId Worker { get; init; } = WorkerId.None;

    /// <summary>What the executor needs to find it again after a restart; opaque.</summary>
    public string Handle { get; init; } = "";

    /// <summary>When its slot was taken and the workspace begun.</summary>
    public required DateTimeOffset PreparingAt { get; init; }

    /// <summary>When its process started, or null.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its process ended, or null.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>What happened to an attempt; what it counts as is the trial's state.</summary>
public enum AttemptOutcome
{
    /// <summary>Exit code 0.</summary>
    Succeeded,

    /// <summary>Another exit code, or death by a signal of its own.</summary>
    Failed,

    /// <summary>The kernel or the container's limit took its memory away.</summary>
    OutOfMemory,

    /// <summary>Stopped at its time limit.</summary>
    TimedOut,

    /// <summary>Stopped on request.</summary>
    Cancelled,

    /// <summary>Stopped as unpromising.</summary>
    Pruned,

    /// <summary>Vanished without a word.</summary>
    Lost,

    /// <summary>Could not be started: workspace, command or executor.</summary>
    NotStarted,
}

/// <summary>Questions to a state.</summary>
public static class TrialStates
{
    /// <summary>Whether nothing more will happen to the trial.</summary>
    public static bool HasEnded(this TrialState state) => state >= TrialState.Succeeded;

    /// <summary>Whether the trial ended badly by itself: failed, timed out or lost.</summary>
    public static bool HasFailed(this TrialState state) => state is TrialState.Failed or TrialState.TimedOut or TrialState.Lost;

    /// <summary>As people and JSON write it: <c>timed-out</c>.</summary>
    public static string Word(this TrialState state) => state == TrialState.TimedOut ? "timed-out" : state.ToString().ToLowerInvariant();

    /// <summary>As people and JSON write it: <c>out-of-memory</c>.</summary>
    public static string Word(this AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.OutOfMemory => "out-of-memory",
        AttemptOutcome.TimedOut => "timed-out",
        AttemptOutcome.NotStarted => "not-started",
        _ => outcome.ToString().ToLowerInvariant(),
    };
}
