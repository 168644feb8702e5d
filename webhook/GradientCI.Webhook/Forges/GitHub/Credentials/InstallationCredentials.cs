using System.Net.Http.Headers;
using GradientCI.Webhook.Forges.GitHub.Clients;
using GradientCI.Webhook.Forges.GitHub.Http;
using GradientCI.Webhook.Forges.GitHub.Models;

namespace GradientCI.Webhook.Forges.GitHub.Credentials;

/// <summary>An app as it is installed somewhere: a token that is made when it is needed and remade before it ends.</summary>
/// <param name="apps">Makes tokens.</param>
/// <param name="installation">The installation's id.</param>
/// <param name="wanted">What the token is to be good for.</param>
/// <param name="time">The clock.</param>
internal sealed class InstallationCredentials(GitHubAppsClient apps, long installation, NewInstallationToken wanted, TimeProvider time) : IGitHubCredentials, IDisposable
{
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _making = new(1);
    private volatile Made? _made;

    public string Who => $"installation {installation}";

    public async ValueTask<AuthenticationHeaderValue> GetAsync(CancellationToken cancellationToken)
    {
        if (Usable() is { } known)
        {
            return known;
        }

        await _making.WaitAsync(cancellationToken);
        try
        {
            return Usable() ?? await MakeAsync(cancellationToken);
        }
        finally
        {
            _making.Release();
        }
    }

    public bool LearnsFromRefusal(AuthenticationHeaderValue sent, DateTimeOffset? serverTime)
    {
        // Only the one that was refused: another caller may have made a new one meanwhile.
        var made = _made;
        if (made is not null && made.Authorization.Equals(sent))
        {
            Interlocked.CompareExchange(ref _made, null, made);
        }

        return true;
    }

    public void Dispose() => _making.Dispose();

    private AuthenticationHeaderValue? Usable() => _made is { } made && time.GetUtcNow() < made.RemakeAt ? made.Authorization : null;

    private async Task<AuthenticationHeaderValue> MakeAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var token = await apps.CreateInstallationTokenAsync(installation, wanted, cancellationToken);
        var made = new Made(new AuthenticationHeaderValue("Bearer", token.Value), now + token.LifeFrom(now) - Reserve);
        _made = made;
        return made.Authorization;
    }

    private sealed class Made(AuthenticationHeaderValue authorization, DateTimeOffset remakeAt)
    {
        public AuthenticationHeaderValue Authorization => authorization;

        public DateTimeOffset RemakeAt => remakeAt;
    }
}
