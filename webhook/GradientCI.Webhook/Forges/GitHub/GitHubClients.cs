using System.Collections.Concurrent;
using System.Net.Http.Headers;
using GradientCI.Stores;
using GradientCI.Webhook.Forges.GitHub.Clients;
using GradientCI.Webhook.Forges.GitHub.Credentials;
using GradientCI.Webhook.Forges.GitHub.Http;
using GradientCI.Webhook.Forges.GitHub.Models;

namespace GradientCI.Webhook.Forges.GitHub;

/// <summary>As whom we speak where: a person everywhere, or an app through its installations.</summary>
internal sealed class GitHubClients : IDisposable
{
    // GitHub gives no repository this id.
    private const long AllRepositories = 0;

    private static readonly NewInstallationToken Everything = new(null, null);
    private static readonly Dictionary<string, string> ReadContents = new(StringComparer.Ordinal) { ["contents"] = "read" };

    private readonly TimeProvider _time;
    private readonly GitHubConnection _connection;
    private readonly string? _token;
    private readonly string _webHost;
    private readonly AppJwt? _jwt;
    private readonly GitHubClient _own;
    private readonly ConcurrentDictionary<long, InstallationCredentials> _installations = [];
    private readonly ConcurrentDictionary<(long Installation, long Repository), InstallationCredentials> _clones = [];
    private readonly ConcurrentDictionary<long, long> _installationOf = [];

    public GitHubClients(GitHubOptions options, HttpMessageHandler handler, TimeProvider time)
    {
        if (options.Validate() is { IsEmpty: false } problems)
        {
            throw new GradientException(FailureKind.Usage, $"GitHub is not configured: {string.Join(' ', problems)}");
        }

        _time = time;
        _token = options.Token;
        _webHost = options.WebHost;
        _connection = new GitHubConnection(handler, new Uri(options.ApiUrl), time);
        _jwt = options.IsApp ? new AppJwt(options.Issuer, options.ReadPrivateKey(), time) : null;
        _own = ClientOf(_jwt is null ? new PersonalToken(_token!) : _jwt);
    }

    public bool IsApp => _jwt is not null;

    /// <summary>The API in our own name: as the person, or as the app itself.</summary>
    public GitHubClient Own => _own;

    /// <summary>How many calls the last answers left.</summary>
    public IEnumerable<(string Who, long Count)> CallsLeft => _connection.CallsLeft;

    /// <summary>The API as we may use it in a repository.</summary>
    public async Task<GitHubClient> ForAsync(ForgeRepository repository, CancellationToken cancellationToken) =>
        IsApp ? ClientOf(OfInstallation(await InstallationOfAsync(repository, cancellationToken))) : _own;

    /// <summary>The password for fetching, from GitHub's own host and no other; an app's is good for that repository's contents alone, because git's helpers get to see it.</summary>
    public Task<string?> GetCloneTokenAsync(ForgeRepository repository, CancellationToken cancellationToken) => GetGitTokenAsync(repository, repository.RemoteId, cancellationToken);

    /// <summary>The same for listing refs, of which nothing comes into a repository: an app's is good for the contents of all that its installation has, so that looking at many costs one call.</summary>
    public Task<string?> GetListingTokenAsync(ForgeRepository repository, CancellationToken cancellationToken) => GetGitTokenAsync(repository, AllRepositories, cancellationToken);

    /// <summary>Lets go of a token that was taken back, and of the installation that we found ourselves: it may be another by now.</summary>
    public void RefuseCloneToken(ForgeRepository repository, string token)
    {
        _installationOf.TryRemove(repository.RemoteId, out _);
        foreach (var credentials in _clones.Where(each => each.Key.Repository == repository.RemoteId || each.Key.Repository == AllRepositories).Select(each => each.Value))
        {
            credentials.LearnsFromRefusal(new AuthenticationHeaderValue("Bearer", token), serverTime: null);
        }
    }

    /// <summary>The name that our comments carry.</summary>
    public async Task<string> GetLoginAsync(CancellationToken cancellationToken) => IsApp
        ? $"{(await _own.GitHubApps.GetCurrentAsync(cancellationToken)).Slug}[bot]"
        : (await _own.User.CurrentAsync(cancellationToken)).Login;

    /// <summary>As whom we speak: <c>app gradientci</c>, <c>alice</c>.</summary>
    public async Task<string> GetNameAsync(CancellationToken cancellationToken) => IsApp
        ? $"app {(await _own.GitHubApps.GetCurrentAsync(cancellationToken)).Slug}"
        : (await _own.User.CurrentAsync(cancellationToken)).Login;

    public void Dispose()
    {
        _connection.Dispose();
        _jwt?.Dispose();
        foreach (var credentials in _installations.Values.Concat(_clones.Values))
        {
            credentials.Dispose();
        }
    }

    private async Task<string?> GetGitTokenAsync(ForgeRepository repository, long only, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(repository.CloneUrl, UriKind.Absolute, out var url) || !string.Equals(url.Host, _webHost, StringComparison.OrdinalIgnoreCase))
        {
            throw new ForgeException(ForgeProblem.Forbidden, $"{repository.FullName} would be fetched from another host than {_webHost}, which gets no token.");
        }

        if (!IsApp)
        {
            return _token;
        }

        var credentials = _clones.GetOrAdd(
            (await InstallationOfAsync(repository, cancellationToken), only),
            key => new InstallationCredentials(
                _own.GitHubApps, key.Installation, new NewInstallationToken(key.Repository == AllRepositories ? null : [key.Repository], ReadContents), _time));
        return (await credentials.GetAsync(cancellationToken)).Parameter;
    }

    private GitHubClient ClientOf(IGitHubCredentials credentials) => new(new ApiConnection(_connection, credentials));

    private InstallationCredentials OfInstallation(long installation) =>
        _installations.GetOrAdd(installation, id => new InstallationCredentials(_own.GitHubApps, id, Everything, _time));

    private async Task<long> InstallationOfAsync(ForgeRepository repository, CancellationToken cancellationToken)
    {
        if (repository.Installation is { } told)
        {
            return told;
        }

        if (_installationOf.TryGetValue(repository.RemoteId, out var known))
        {
            return known;
        }

        var found = await _own.GitHubApps.GetRepositoryInstallationForCurrentAsync(new RepositoryName(repository.Owner, repository.Name), cancellationToken);
        return _installationOf[repository.RemoteId] = found.Id;
    }
}
