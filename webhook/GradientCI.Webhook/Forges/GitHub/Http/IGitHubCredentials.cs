using System.Net.Http.Headers;

namespace GradientCI.Webhook.Forges.GitHub.Http;

/// <summary>As whom a call is made.</summary>
internal interface IGitHubCredentials
{
    /// <summary>Whose limits count: <c>the app</c>, <c>installation 42</c>; never a secret.</summary>
    string Who { get; }

    /// <summary>What to send now.</summary>
    ValueTask<AuthenticationHeaderValue> GetAsync(CancellationToken cancellationToken);

    /// <summary>Hears that GitHub did not know what was sent.</summary>
    /// <param name="sent">What was sent.</param>
    /// <param name="serverTime">The time on GitHub's clock, when it said so.</param>
    /// <returns>Whether there is something better to send now.</returns>
    bool LearnsFromRefusal(AuthenticationHeaderValue sent, DateTimeOffset? serverTime);
}
