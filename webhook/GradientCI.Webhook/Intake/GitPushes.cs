using GradientCI.Stores;
using GradientCI.Webhook.Forges.BareGit;
using GradientCI.Webhook.Forges.GitHub.Events;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Intake;

/// <summary>Knows what hooks of other machines mean: pushes to repositories that were made projects here.</summary>
/// <param name="events">Told of them.</param>
/// <param name="forges">Which repositories those are.</param>
public sealed class GitPushes(IForgeEvents events, IForgeStore forges)
{
    /// <summary>Does what a delivery asks for.</summary>
    /// <returns>What became of it; null when it is from no hook.</returns>
    /// <exception cref="GradientException">It cannot be recorded now: to be tried again.</exception>
    public async Task<DeliveryOutcome?> HandleAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        if (delivery.Event != PushMessage.Event)
        {
            return null;
        }

        if (PushMessage.Parse(delivery.Body.Span) is not { } message)
        {
            return new DeliveryOutcome(DeliveryState.Failed, "It is not what the hook sends.");
        }

        // Whoever knows the secret may tell of pushes, and not what is fetched: that is only what somebody here has added.
        var known = (await forges.ListRepositoriesAsync(cancellationToken)).FirstOrDefault(each => each.Forge == ForgeRepository.NoForge && each.CloneUrl == message.CloneUrl);
        return known is null
            ? new DeliveryOutcome(DeliveryState.Failed, "No project is fetched from the URL that it names: add it with gradientci project add URL, and push again.")
            : new DeliveryOutcome(DeliveryState.Done, await events.PushAsync(
                new RemoteRepository(known.Forge, known.RemoteId, known.Owner, known.Name, known.CloneUrl, known.DefaultBranch, null), message.Refs(), Hearing.Of(delivery), cancellationToken));
    }
}
