using System.Collections.Immutable;
using GradientCI.Stores;

namespace GradientCI.Webhook.Forges;

/// <summary>What a forge knows of things that it told us, or should have.</summary>
/// <remarks>All methods throw <see cref="ForgeException"/>, which says whether and when to try again.</remarks>
public interface IForgeHistory
{
    /// <summary>Asks for what never reached us well to be delivered again, oldest first.</summary>
    Task<Redelivery> RedeliverAsync(RedeliveryRequest request, CancellationToken cancellationToken);
}

/// <summary>What is to be delivered again.</summary>
/// <param name="Repositories">The repositories whose own webhooks are looked at, where there is none for all of them.</param>
/// <param name="HookUrl">The address that our webhooks have, or null when nobody told us; others' are left alone.</param>
/// <param name="Since">Nothing that was first tried before this moment.</param>
/// <param name="Most">No more than so many.</param>
public sealed record RedeliveryRequest(IReadOnlyCollection<ForgeRepository> Repositories, string? HookUrl, DateTimeOffset Since, int Most);

/// <summary>What came of it.</summary>
/// <param name="Asked">How many deliveries were asked for.</param>
/// <param name="Problems">Webhooks that could not be looked at, a sentence each.</param>
public sealed record Redelivery(int Asked, ImmutableArray<string> Problems);
