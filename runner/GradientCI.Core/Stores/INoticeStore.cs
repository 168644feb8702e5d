using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Stores;

/// <summary>Who is to be told of ended runs, beside forges: an outbox.</summary>
/// <remarks>
/// Whoever marks a run as announced leaves its ending here, in the same transaction. An ending is turned into notices in one
/// transaction, and a notice stays until it was sent or given up: each is sent at least once. One transaction per method, as in
/// <see cref="IExperimentStore"/>.
/// </remarks>
public interface INoticeStore
{
    /// <summary>Ends of runs that nobody has looked at, oldest first.</summary>
    Task<ImmutableArray<RunEnding>> ListEndingsAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Turns an ending into notices, none if nobody wants any.</summary>
    Task SetNoticesAsync(RunEnding ending, IReadOnlyList<WantedNotice> notices, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Notices that are to be sent now, oldest first; none of channels that do not answer.</summary>
    Task<ImmutableArray<Notice>> ListDueNoticesAsync(DateTimeOffset now, IReadOnlyCollection<string> silent, int limit, CancellationToken cancellationToken);

    /// <summary>Forgets a notice: it was sent, or is given up.</summary>
    Task EndNoticeAsync(long id, CancellationToken cancellationToken);

    /// <summary>Puts off a notice that could not be sent.</summary>
    Task PostponeNoticeAsync(long id, DateTimeOffset notBefore, CancellationToken cancellationToken);
}

/// <summary>The end of a run.</summary>
/// <param name="Key">The store's own name of the run.</param>
/// <param name="Run">The run.</param>
/// <param name="At">When it ended.</param>
public sealed record RunEnding(long Key, RunId Run, DateTimeOffset At);

/// <summary>What somebody is to be told.</summary>
/// <param name="Channel">On which way; never with a secret.</param>
/// <param name="Json">What, as the channel reads it.</param>
public sealed record WantedNotice(string Channel, string Json);

/// <summary>A notice that is to be sent.</summary>
/// <param name="Id">The store's name of it, the same at each try.</param>
/// <param name="Channel">On which way.</param>
/// <param name="Json">What is to be said.</param>
/// <param name="WantedAt">Since when.</param>
/// <param name="Attempts">How often it failed.</param>
public sealed record Notice(long Id, string Channel, string Json, DateTimeOffset WantedAt, int Attempts);
