using GradientCI.Stores;

namespace GradientCI.Webhook.Triggers;

/// <summary>When we heard of something.</summary>
/// <param name="At">By our clock.</param>
/// <param name="Number">Its place among all that we ever heard, which no clock changes: of two that contradict each other the later one counts.</param>
public sealed record Hearing(DateTimeOffset At, long Number)
{
    /// <summary>When a delivery was heard.</summary>
    public static Hearing Of(Delivery delivery) => new(delivery.ReceivedAt, delivery.Number);
}
