using System.Net.Http.Headers;
using Polly.Timeout;

namespace GradientCI.Webhook.Forges.GitHub.Http;

/// <summary>Sends calls to one GitHub, whoever makes them: limits, pauses, retries, redirects and ETags are here.</summary>
internal sealed class GitHubConnection : IDisposable
{
    private const int MostRedirects = 3;
    private const int MostBytes = 64 << 20;
    private static readonly MediaTypeHeaderValue Json = new("application/json") { CharSet = "utf-8" };

    private readonly HttpClient _http;
    private readonly Uri _api;
    private readonly GitHubGate _gate;
    private readonly ResponseCache _cache = new();
    private readonly Tries _tries;

    public GitHubConnection(HttpMessageHandler handler, Uri api, TimeProvider time)
    {
        _api = api;
        _gate = new GitHubGate(time);
        _tries = new Tries(time);
        // Each try has its own timeout, by the injected clock.
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MostBytes };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("GradientCI", typeof(GitHubConnection).Assembly.GetName().Version?.ToString(3)));
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.github+json"));
        _http.DefaultRequestHeaders.Add("X-GitHub-Api-Version", "2022-11-28");
    }

    /// <summary>How many calls the last answers left.</summary>
    public IEnumerable<(string Who, long Count)> CallsLeft => _gate.CallsLeft();

    /// <summary>Where a path of the API is.</summary>
    public Uri Address(string path) => new(_api.AbsoluteUri.TrimEnd('/') + path);

    /// <summary>Makes a call.</summary>
    /// <returns>A good answer.</returns>
    /// <exception cref="ForgeException">There was no answer, or no good one.</exception>
    public Task<GitHubAnswer> SendAsync(GitHubRequest request, IGitHubCredentials credentials, CancellationToken cancellationToken) =>
        SendAsync(request, Address(request.Path), credentials, cancellationToken);

    /// <summary>Makes a call to an address that GitHub named, which must be of the same host: the token goes there.</summary>
    public async Task<GitHubAnswer> SendAsync(GitHubRequest request, Uri address, IGitHubCredentials credentials, CancellationToken cancellationToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var authorization = await credentials.GetAsync(cancellationToken);
            var answer = await FollowAsync(request, address, new Sender(credentials.Who, authorization), cancellationToken);
            if (answer.IsGood)
            {
                return answer;
            }

            // Also of what was made anew: the next call must not be made with it.
            var hasBetter = answer.Status == 401 && credentials.LearnsFromRefusal(authorization, answer.Date);
            if (!hasBetter || !isFirst)
            {
                throw Refusal.Of(request, answer, authorization.Parameter);
            }
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _gate.Dispose();
    }

    private async Task<GitHubAnswer> FollowAsync(GitHubRequest request, Uri address, Sender sender, CancellationToken cancellationToken)
    {
        for (var hop = 0; ; hop++)
        {
            if (!IsOurs(address))
            {
                throw new ForgeException(ForgeProblem.Unavailable, $"GitHub at {_api.Host} wants us to go on at {address.Host} to {request.Purpose}, where our token does not belong.");
            }

            var answer = await SendAsync(request, address, sender, cancellationToken);
            if (answer.Status is not (301 or 302 or 307 or 308) || answer.Location is null || hop == MostRedirects)
            {
                return answer;
            }

            // A renamed repository; writes go there too, with the same method and body.
            address = new Uri(address, answer.Location);
        }
    }

    private async Task<GitHubAnswer> SendAsync(GitHubRequest request, Uri address, Sender sender, CancellationToken cancellationToken)
    {
        try
        {
            if (request.Pace == WritePace.Read)
            {
                return await _tries.ReadAsync(token => TryAsync(request, address, sender, token), cancellationToken);
            }

            using var turn = await _gate.TakeTurnAsync(sender.Who, request.Purpose, request.Pace, cancellationToken);
            return await _tries.WriteAsync(token => TryAsync(request, address, sender, token), cancellationToken);
        }
        catch (TimeoutRejectedException problem)
        {
            throw new ForgeException(ForgeProblem.Unavailable, $"GitHub at {_api.Host} did not answer within {Tries.Timeout.TotalSeconds:0} s when asked to {request.Purpose}.", problem);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException)
        {
            throw new ForgeException(ForgeProblem.Unavailable, $"GitHub at {_api.Host} could not be reached to {request.Purpose}: {problem.Message.TrimEnd('.')}.", problem);
        }
    }

    private async Task<GitHubAnswer> TryAsync(GitHubRequest request, Uri address, Sender sender, CancellationToken cancellationToken)
    {
        _gate.Pass(sender.Who, request.Purpose);
        using var message = new HttpRequestMessage(request.Method, address);
        message.Headers.Authorization = sender.Authorization;
        if (request.Body is not null)
        {
            message.Content = new ByteArrayContent(request.Body) { Headers = { ContentType = Json } };
        }

        var known = request.Pace == WritePace.Read ? _cache.Find(sender.Who, address) : null;
        if (known is not null)
        {
            message.Headers.TryAddWithoutValidation("If-None-Match", known.ETag);
        }

        using var response = await _http.SendAsync(message, cancellationToken);
        var answer = await GitHubAnswer.ReadAsync(response, cancellationToken);
        if (_gate.Heed(sender.Who, answer) is not null)
        {
            _gate.Pass(sender.Who, request.Purpose);
        }

        if (answer.Status == 304 && known is not null)
        {
            return known;
        }

        if (request.Pace == WritePace.Read)
        {
            _cache.Keep(sender.Who, address, answer);
        }

        return answer;
    }

    private bool IsOurs(Uri address) => address.Scheme == _api.Scheme && address.Port == _api.Port && string.Equals(address.Host, _api.Host, StringComparison.OrdinalIgnoreCase);

    // Not a record: no text of it shows the token.
    private sealed class Sender(string who, AuthenticationHeaderValue authorization)
    {
        public string Who => who;

        public AuthenticationHeaderValue Authorization => authorization;
    }
}
