using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker.Client;

/// <summary>Calls of the Engine's HTTP interface, in the newest version that both sides know.</summary>
internal sealed class EngineConnection : IDisposable
{
    /// <summary>The first version that has all we ask for: Docker 20.10.</summary>
    private static readonly Version Oldest = new(1, 41);

    /// <summary>The newest version that this code was written against.</summary>
    private static readonly Version Newest = new(1, 51);

    private const int AnswerLimit = 16 << 20;
    private const int MessageLimit = 1_000;
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMinutes(2);

    private readonly EngineAddress _address;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private string? _version;

    public EngineConnection(EngineAddress address, TimeProvider time)
    {
        _address = address;
        _time = time;
        _http = new HttpClient(EngineTransport.Open(address))
        {
            BaseAddress = address.Base,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = AnswerLimit,
        };
    }

    /// <summary>Asks which version to speak; the Engine may have been upgraded since it was last asked.</summary>
    /// <exception cref="DockerApiException">Nobody answers, or an Engine that is too old.</exception>
    public async Task<string> NegotiateAsync(CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Get, "_ping", null, HttpCompletionOption.ResponseContentRead, AnswerTime, cancellationToken);
        var theirs = answer.Headers.TryGetValues("Api-Version", out var values) && Version.TryParse(values.First(), out var version) ? version : null;
        if (theirs is null || theirs < Oldest)
        {
            throw DockerApiException.Refused(
                HttpStatusCode.HttpVersionNotSupported,
                $"the Engine at {_address.Text} speaks version {theirs?.ToString() ?? "unknown"} of its interface, and at least {Oldest} (Docker 20.10) is needed");
        }

        return _version = (theirs < Newest ? theirs : Newest).ToString();
    }

    /// <summary>Asks for something, and waits for the whole answer.</summary>
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var answer = await CallAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseContentRead, AnswerTime, cancellationToken);
        return await ReadAsync(answer, type, cancellationToken);
    }

    /// <summary>Has something done.</summary>
    /// <returns>The status: success, or "not modified" where it was done already.</returns>
    public async Task<HttpStatusCode> DoAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        // With a body, though an empty one: without, the handler sends it once more by itself when its connection breaks.
        using var content = new ByteArrayContent([]);
        using var answer = await CallAsync(method, path, content, HttpCompletionOption.ResponseContentRead, AnswerTime, cancellationToken);
        return answer.StatusCode;
    }

    /// <summary>Sends something, and waits for the whole answer.</summary>
    public async Task<TAnswer> PostAsync<TBody, TAnswer>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken)
    {
        using var content = JsonOf(body, bodyType);
        using var answer = await CallAsync(HttpMethod.Post, path, content, HttpCompletionOption.ResponseContentRead, AnswerTime, cancellationToken);
        return await ReadAsync(answer, answerType, cancellationToken);
    }

    /// <summary>Opens an answer that comes bit by bit, for as long as it takes; the caller disposes it.</summary>
    public Task<HttpResponseMessage> OpenAsync(HttpMethod method, string path, CancellationToken cancellationToken) =>
        OpenAsync(method, path, null, cancellationToken);

    /// <summary>The same, with something to send; headers of our own are the content's.</summary>
    public Task<HttpResponseMessage> OpenAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken) =>
        CallAsync(method, path, content, HttpCompletionOption.ResponseHeadersRead, Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Turns a call into a connection that bytes go over both ways, for as long as it takes; the caller disposes it.</summary>
    public async Task<HttpResponseMessage> UpgradeAsync<TBody>(string path, TBody body, JsonTypeInfo<TBody> bodyType, CancellationToken cancellationToken)
    {
        using var content = JsonOf(body, bodyType);
        return await CallAsync(HttpMethod.Post, path, content, HttpCompletionOption.ResponseHeadersRead, AnswerTime, cancellationToken, upgrades: true);
    }

    /// <summary>An answer that broke off, in our words.</summary>
    public DockerApiException BrokenOff(Exception cause) => DockerApiException.Unanswered(_address, cause);

    public void Dispose() => _http.Dispose();

    private static ByteArrayContent JsonOf<T>(T body, JsonTypeInfo<T> type) =>
        new(JsonSerializer.SerializeToUtf8Bytes(body, type)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private async Task<HttpResponseMessage> CallAsync(
        HttpMethod method, string path, HttpContent? content, HttpCompletionOption completion, TimeSpan limit, CancellationToken cancellationToken, bool upgrades = false)
    {
        var version = _version ?? await NegotiateAsync(cancellationToken);
        var answer = await SendAsync(method, $"v{version}/{path}", content, completion, limit, cancellationToken, upgrades);
        if (answer.IsSuccessStatusCode || answer.StatusCode is HttpStatusCode.NotModified or HttpStatusCode.SwitchingProtocols)
        {
            return answer;
        }

        using (answer)
        {
            throw DockerApiException.Refused(answer.StatusCode, await ReadMessageAsync(answer, cancellationToken));
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, HttpCompletionOption completion, TimeSpan limit, CancellationToken cancellationToken, bool upgrades = false)
    {
        using var late = new CancellationTokenSource(limit, _time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (upgrades)
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.Add(new ProductHeaderValue("tcp"));
        }

        try
        {
            return await _http.SendAsync(request, completion, enough.Token);
        }
        catch (Exception problem) when (problem is HttpRequestException || (problem is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw DockerApiException.Unanswered(_address, problem);
        }
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage answer, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(cancellationToken), type) ?? throw new JsonException("null");
        }
        catch (JsonException problem)
        {
            throw DockerApiException.Unanswered(_address, new IOException("its answer is not what Docker answers", problem));
        }
    }

    private static async Task<string> ReadMessageAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        string message;
        try
        {
            message = JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(cancellationToken), DockerJson.Default.ErrorResponse)?.Message ?? "";
        }
        catch (Exception problem) when (problem is JsonException or HttpRequestException)
        {
            message = "";
        }

        message = message.ReplaceLineEndings(" ").Trim();
        return message.Length == 0 ? $"HTTP status {(int)answer.StatusCode}" : message.Length <= MessageLimit ? message : message[..MessageLimit];
    }
}
