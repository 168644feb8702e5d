using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Stores;

/// <summary>What forges are to be told, and what they were told: an outbox that keeps only the newest of each thing.</summary>
/// <remarks>
/// Creating or moving a run, and remarks, mark their commit in their own transaction, when its project is a forge's
/// repository. A commit that is marked is composed into answers; an answer whose wanted text differs from the posted one is
/// posted. Nothing is queued, so nothing can overtake or be posted twice unchanged. One transaction per method, as in
/// <see cref="IExperimentStore"/>.
/// </remarks>
public interface IAnswerStore
{
    /// <summary>Commits that changed since they were answered.</summary>
    Task<ImmutableArray<CommitToAnswer>> ListCommitsToAnswerAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Sets what is wanted at a commit.</summary>
    /// <param name="commit">The commit with the revision that was looked at.</param>
    /// <param name="answers">What is wanted by lane; lanes that are not named stay as they are.</param>
    /// <param name="now">When, for the record.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>False when the commit changed meanwhile: nothing is set, and it is to be looked at again.</returns>
    Task<bool> SetAnswersAsync(CommitToAnswer commit, IReadOnlyList<WantedAnswer> answers, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Answers that are to be posted now, those wanted longest first; of each project at most one.</summary>
    Task<ImmutableArray<Answer>> ListDueAnswersAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>An answer, or null.</summary>
    Task<Answer?> FindAnswerAsync(ProjectId project, string lane, CancellationToken cancellationToken);

    /// <summary>Notes the forge's id of a thing that was made, so that it is edited from now on.</summary>
    Task RecordMadeAsync(Answer answer, long remoteId, CancellationToken cancellationToken);

    /// <summary>Records that an answer was posted, with the forge's id of it if there is one; what is wanted since stays to be posted.</summary>
    Task RecordPostedAsync(Answer answer, long? remoteId, CancellationToken cancellationToken);

    /// <summary>Posts things again as they are, because the forge does not show them any more.</summary>
    /// <param name="project">The project.</param>
    /// <param name="lanes">What their lanes begin with.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    Task PostAgainAsync(ProjectId project, string lanes, CancellationToken cancellationToken);

    /// <summary>Records that an answer could not be posted.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="problem">Why, one sentence without secrets.</param>
    /// <param name="notBefore">When it is tried again; null for never: it is dead until it is to say something else.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    Task RecordFailedAsync(Answer answer, string problem, DateTimeOffset? notBefore, CancellationToken cancellationToken);

    /// <summary>Puts off every answer of a forge's repositories, or of one project.</summary>
    Task PostponeAnswersAsync(string forge, ProjectId? project, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Answers that were given up, newest first.</summary>
    Task<ImmutableArray<Answer>> ListDeadAnswersAsync(int limit, CancellationToken cancellationToken);
}

/// <summary>A commit whose answers may be out of date.</summary>
/// <param name="Project">The project.</param>
/// <param name="Sha">The commit.</param>
/// <param name="Revision">Counts up with every change there.</param>
public sealed record CommitToAnswer(ProjectId Project, CommitSha Sha, long Revision);

/// <summary>What one thing of a forge's is to say.</summary>
/// <param name="Lane">Which thing: <c>status SHA CONTEXT</c>, <c>check SHA NAME</c>, <c>comment NUMBER</c>.</param>
/// <param name="Json">What it is to say, as JSON that the forge's code wrote and reads; equal texts are equal answers.</param>
public sealed record WantedAnswer(string Lane, string Json);

/// <summary>One thing of a forge's as it is to be, and as it is.</summary>
/// <param name="Project">The project.</param>
/// <param name="Lane">Which thing.</param>
/// <param name="Json">What it is to say.</param>
/// <param name="RemoteId">The forge's id of it, or null while there is none.</param>
public sealed record Answer(ProjectId Project, string Lane, string Json, long? RemoteId)
{
    /// <summary>Since when it is wanted so.</summary>
    public DateTimeOffset WantedAt { get; init; }

    /// <summary>How often it failed since.</summary>
    public int Attempts { get; init; }

    /// <summary>How often it was posted, whatever it said.</summary>
    public int Posts { get; init; }

    /// <summary>Why it failed the last time, or empty.</summary>
    public string Problem { get; init; } = "";
}
