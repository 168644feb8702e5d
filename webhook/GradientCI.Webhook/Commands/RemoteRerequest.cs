using GradientCI.Experiments;

namespace GradientCI.Webhook.Commands;

/// <summary>Somebody who may push asks at a forge to try a commit again.</summary>
/// <param name="Sha">The commit.</param>
/// <param name="Run">Only the run of that name, <c>digits#12</c>; null for all.</param>
/// <param name="Sender">The login of who asks; empty when the forge does not say.</param>
public sealed record RemoteRerequest(CommitSha Sha, string? Run, string Sender);
