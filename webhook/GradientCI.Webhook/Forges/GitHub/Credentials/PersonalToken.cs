using System.Net.Http.Headers;
using GradientCI.Webhook.Forges.GitHub.Http;

namespace GradientCI.Webhook.Forges.GitHub.Credentials;

/// <summary>A person's token, which only that person can renew.</summary>
internal sealed class PersonalToken(string token) : IGitHubCredentials
{
    public string Who => "the token's owner";

    public ValueTask<AuthenticationHeaderValue> GetAsync(CancellationToken cancellationToken) => new(new AuthenticationHeaderValue("Bearer", token));

    public bool LearnsFromRefusal(AuthenticationHeaderValue sent, DateTimeOffset? serverTime) => false;
}
