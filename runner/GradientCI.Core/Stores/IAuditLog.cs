using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Stores;

/// <summary>Who did what. It is only added to: the store itself refuses to change or remove an entry.</summary>
/// <remarks>
/// Nobody writes here: whoever changes something signs the change (<see cref="Signature"/>), and the store writes the entry in the
/// transaction of the change, if there was one. Texts that are too long are cut.
/// </remarks>
public interface IAuditLog
{
    /// <summary>The newest entries from a moment on, newest first.</summary>
    Task<ImmutableArray<AuditEntry>> ListAuditEntriesAsync(DateTimeOffset since, int limit, CancellationToken cancellationToken);

    /// <summary>The same by pages.</summary>
    /// <param name="since">From when on.</param>
    /// <param name="after">Only entries behind this place: <see cref="AuditPage.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">The most on the page.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<AuditPage> ListAuditPageAsync(DateTimeOffset since, AuditPlace? after, int limit, CancellationToken cancellationToken);
}

/// <summary>Some of the entries.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="Next">Behind which the next page begins; null on the last.</param>
public sealed record AuditPage(ImmutableArray<AuditEntry> Entries, AuditPlace? Next);

/// <summary>The place of an entry, which stays while others are added.</summary>
/// <param name="At">When it was.</param>
/// <param name="Key">Tells entries of one moment apart.</param>
public sealed record AuditPlace(DateTimeOffset At, long Key);

/// <summary>One thing that somebody did.</summary>
/// <param name="At">When.</param>
/// <param name="Who">Who: <c>NAME@HOST</c> of a terminal, a login of a forge, a token's name.</param>
/// <param name="Action">What.</param>
/// <param name="Subject">To what: <see cref="SubjectOf"/> a run, <c>owner/name#7</c>, a project's id; at most 200 characters.</param>
/// <param name="Detail">What else there is to know; at most 1,000 characters, and never a secret.</param>
public sealed record AuditEntry(DateTimeOffset At, string Who, AuditAction Action, string Subject, string Detail)
{
    /// <summary>A run as a subject: <c>digits-3fa2c1/digits#12</c>.</summary>
    public static string SubjectOf(RunId run) => $"{run.Project}/{run}";
}

/// <summary>What somebody did.</summary>
public enum AuditAction
{
    /// <summary>Started a run.</summary>
    Started,

    /// <summary>Ended a run.</summary>
    Cancelled,

    /// <summary>Took a run up again.</summary>
    Retried,

    /// <summary>Let a stranger's commit run.</summary>
    Approved,

    /// <summary>Kept a run from being deleted.</summary>
    Pinned,

    /// <summary>Let a run be deleted again.</summary>
    Unpinned,

    /// <summary>Deleted runs.</summary>
    Pruned,

    /// <summary>Brought a backup back.</summary>
    Restored,

    /// <summary>Let no new trial start.</summary>
    Paused,

    /// <summary>Let trials start again.</summary>
    Resumed,

    /// <summary>Added a project.</summary>
    ProjectAdded,

    /// <summary>Changed what is set for a project.</summary>
    ProjectChanged,

    /// <summary>Removed a project.</summary>
    ProjectRemoved,

    /// <summary>Made a token.</summary>
    TokenMade,

    /// <summary>Took a token back.</summary>
    TokenRevoked,

    /// <summary>Offered a data set.</summary>
    DatasetAdded,

    /// <summary>Offered a data set no longer.</summary>
    DatasetRemoved,

    /// <summary>Read a secret.</summary>
    SecretRead,

    /// <summary>Set a secret.</summary>
    SecretSet,

    /// <summary>Removed a secret.</summary>
    SecretRemoved,

    /// <summary>Sealed all secrets with a new key.</summary>
    SecretsRotated,
}
