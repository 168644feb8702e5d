using GradientCI.Stores;
using Microsoft.AspNetCore.Http;

namespace GradientCI.Webhook.Api;

/// <summary>Whether a token may still have what it was let in for; asked while an answer goes on for long.</summary>
/// <param name="tokens">The tokens.</param>
/// <param name="digest">The digest of the token that was sent.</param>
/// <param name="caller">As whom it was let in.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenStanding(IAccessTokenStore tokens, string digest, ApiCaller caller, TimeProvider time)
{
    /// <summary>How often it is looked at: no answer outlives its token by more.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>That of whoever makes this request. Only behind <see cref="ApiAccess.RequireScope"/>.</summary>
    public static TokenStanding Of(HttpContext context) =>
        context.Features.Get<TokenStanding>() ?? throw new InvalidOperationException($"{context.Request.Path} asks for no token.");

    /// <summary>Ends when the token was removed, has expired, or reaches less far than it did.</summary>
    /// <exception cref="GradientException">The record cannot be read, so nobody knows.</exception>
    public async Task AwaitLossAsync(CancellationToken cancellationToken)
    {
        do
        {
            await Task.Delay(Interval, time, cancellationToken);
        }
        while (await IsGoodAsync(cancellationToken));
    }

    private async Task<bool> IsGoodAsync(CancellationToken cancellationToken) =>
        await tokens.FindTokenAsync(digest, cancellationToken) is { } token
        && !(token.ExpiresAt <= time.GetUtcNow()) && token.Scope >= caller.Scope && (token.Project is null || token.Project == caller.Project);
}
