using System.Collections.Immutable;
using System.Runtime.InteropServices;
using GradientCI.Experiments;
using GradientCI.Metrics;

namespace GradientCI.Stores;

/// <summary>What happened in runs, in the order of its recording.</summary>
/// <remarks>
/// Every change of a run, of its trials and of their series is an event, written in the transaction of the change, whoever makes
/// it. The order is the same for everyone and for ever, so a position in it is all that somebody who looks on has to remember.
/// What an earlier attempt's points were is passed over once they are forgotten.
/// </remarks>
public interface IRunEventStore
{
    /// <summary>The events of a run after a position.</summary>
    /// <param name="run">The run.</param>
    /// <param name="after">How far the events are known; default for all of them. What is beyond the newest counts as the newest.</param>
    /// <param name="limit">The most events; fewer come when they hold many points.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The events, or null when there is no such run.</returns>
    Task<RunEventPage?> ReadEventsAsync(RunId run, RunPosition after, int limit, CancellationToken cancellationToken);
}

/// <summary>Events of a run that follow each other.</summary>
/// <param name="Events">The events; may be empty.</param>
/// <param name="Until">Ask for what follows this next time.</param>
/// <param name="IsOver">Whether nothing follows: these are the last ones, the run has ended, and its trials with it. A retry takes it up again.</param>
public sealed record RunEventPage(ImmutableArray<RunEvent> Events, RunPosition Until, bool IsOver);

/// <summary>How far the events of a run are known.</summary>
/// <param name="Number">All events up to this number, which counts from 1.</param>
/// <param name="Points">And so many points of the next one, whose points come in pieces.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RunPosition(long Number, long Points = 0) : IComparable<RunPosition>
{
    /// <inheritdoc/>
    public int CompareTo(RunPosition other) => Number != other.Number ? Number.CompareTo(other.Number) : Points.CompareTo(other.Points);

    /// <summary>Whether one comes before another.</summary>
    public static bool operator <(RunPosition one, RunPosition other) => one.CompareTo(other) < 0;

    /// <summary>Whether one comes after another.</summary>
    public static bool operator >(RunPosition one, RunPosition other) => one.CompareTo(other) > 0;

    /// <summary>Whether one does not come after another.</summary>
    public static bool operator <=(RunPosition one, RunPosition other) => one.CompareTo(other) <= 0;

    /// <summary>Whether one does not come before another.</summary>
    public static bool operator >=(RunPosition one, RunPosition other) => one.CompareTo(other) >= 0;
}

/// <summary>Something that happened in a run.</summary>
/// <param name="At">Where it stands among the others: whoever knows it has come so far.</param>
public abstract record RunEvent(RunPosition At);

/// <summary>The run moved on.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="State">The new state.</param>
/// <param name="Problem">What broke, or why it was cancelled; or empty.</param>
/// <param name="Passed">Whether it passed, for a run that ended.</param>
/// <param name="Best">The objective of its best parameter set, for a run that ended.</param>
public sealed record RunMovedOn(RunPosition At, RunState State, string Problem, bool? Passed, double? Best) : RunEvent(At);

/// <summary>A trial was recorded, or moved on.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Trial">The trial's number.</param>
/// <param name="State">The new state.</param>
/// <param name="Reason">One sentence for people, or empty.</param>
public sealed record TrialMovedOn(RunPosition At, int Trial, TrialState State, string Reason) : RunEvent(At);

/// <summary>A series got points.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Trial">The trial's number.</param>
/// <param name="Metric">The series.</param>
/// <param name="First">How many points the series had before; 0 when it begins, also when a new attempt begins it again.</param>
/// <param name="Points">The points.</param>
public sealed record SeriesGrew(RunPosition At, int Trial, string Metric, long First, ImmutableArray<MetricPoint> Points) : RunEvent(At);
