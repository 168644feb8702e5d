using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using GradientCI.Stores;

namespace GradientCI.Webhook.Notices;

/// <summary>Posts notices to an address, signed as GitHub signs its deliveries.</summary>
/// <param name="options">Where, and with which secret.</param>
/// <param name="http">Follows no redirect: an answer must not send our notices somewhere else, least of all into our own network.</param>
/// <param name="time">Gives up on whoever does not answer.</param>
public sealed class WebhookChannel(NoticeWebhook options, HttpClient http, TimeProvider time) : INoticeChannel
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    /// <remarks>Addresses of chats are secrets themselves.</remarks>
    public string Name { get; } = $"webhook {options.Url.Host} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(options.Url.AbsoluteUri)))[..12]}";

    /// <inheritdoc/>
    public bool IsForBadNewsOnly => options.IsForBadNewsOnly;

    /// <summary>A client as this needs it.</summary>
    public static HttpClient NewClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <inheritdoc/>
    public async Task SendAsync(Notice notice, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(notice.Json);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("GradientCI", null));
        request.Headers.Add("X-Gradient-Event", "run-ended");
        request.Headers.Add("X-Gradient-Delivery", $"{notice.Id}");
        if (options.Secret is { } secret)
        {
            request.Headers.Add("X-Gradient-Signature-256", $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))}");
        }

        using var late = new CancellationTokenSource(Patience, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            // What it answers does not matter, so its body is not read.
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, enough.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw new NoticeException($"{options.Url.Host} answered {(int)response.StatusCode}.");
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            throw new NoticeException($"{options.Url.Host} did not answer within {Patience.TotalSeconds} s.");
        }
        catch (HttpRequestException problem)
        {
            throw new NoticeException($"{options.Url.Host} could not be reached: {problem.HttpRequestError}.", problem);
        }
    }
}
