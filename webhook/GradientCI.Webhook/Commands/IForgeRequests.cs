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
    /// <exception cref="GradientException">It cannot be seen to now: to be tried again.</exception>
    Task<string> RerequestAsync(RemoteRepository repository, RemoteRerequest asked, Hearing heard, CancellationToken cancellationToken);
}
