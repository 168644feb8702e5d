using GradientCI.Stores;

namespace GradientCI.Webhook.Forges.GitHub.Events;

/// <summary>What became of a delivery.</summary>
/// <param name="State">Done, ignored, or failed for good.</param>
/// <param name="Note">One sentence.</param>
public sealed record DeliveryOutcome(DeliveryState State, string Note);
