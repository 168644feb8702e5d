using GradientCI.Experiments;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Commands;

/// <summary>What people ask of us at a forge, in no forge's words.</summary>
/// <remarks>As with <see cref="IForgeEvents"/> every call may come twice or late, and answers with one sentence for the delivery's record.</remarks>
public interface IForgeRequests
{
    /// <summary>Somebody wrote a comment at a pull request.</summary>
    /// <exception cref="GradientException">It cannot be seen to now: to be tried again.</exception>
    Task<string> CommentAsync(RemoteRepository repository, RemoteComment comment, Hearing heard, CancellationToken cancellationToken);

    /// <summary>Somebody who may push asks to try a commit again.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="sha">The commit.</param>
    /// <param name="run">Only the run of that name, <c>digits#12</c>; null for all.</param>
    /// <param name="heard">When we heard of it the first time, by our clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GradientException">It cannot be seen to now: to be tried again.</exception>
    Task<string> RerequestAsync(RemoteRepository repository, CommitSha sha, string? run, Hearing heard, CancellationToken cancellationToken);
}
