using GradientCI.Webhook.Forges.GitHub.Models;

namespace GradientCI.Webhook.Forges.GitHub;

/// <summary>Which deliveries never reached us well.</summary>
internal static class FailedDeliveries
{
    // What was refused so often will be refused again: a wrong secret is for a person to mend.
    private const int MostTries = 5;

    /// <summary>The deliveries to ask for, oldest first, each named by its newest try.</summary>
    /// <param name="tries">Every try, of whatever delivery; tries of one have the same GUID.</param>
    /// <param name="most">No more than so many.</param>
    public static IEnumerable<long> Choose(IEnumerable<HookDelivery> tries, int most) => tries
        .GroupBy(each => each.Guid, StringComparer.Ordinal)
        .Where(delivery => delivery.Count() < MostTries && !delivery.Any(each => each.StatusCode is >= 200 and < 300))
        .OrderBy(delivery => delivery.Min(each => each.DeliveredAt)).ThenBy(delivery => delivery.Min(each => each.Id))
        .Take(most)
        .Select(delivery => delivery.MaxBy(each => (each.DeliveredAt, each.Id))!.Id);
}
