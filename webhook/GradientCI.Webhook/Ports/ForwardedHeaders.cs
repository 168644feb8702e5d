using System.Collections.Frozen;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace GradientCI.Webhook.Ports;

/// <summary>The headers that may pass between people and trials; all others are dropped, those too that nobody has thought of yet.</summary>
/// <remarks>
/// Toward the trial nothing passes that says who somebody is: neither cookies and tokens, nor what a proxy adds after it has asked.
/// From the trial nothing passes that means more than its one answer: cookies, orders to proxies, and what a browser keeps for
/// the whole host, such as HSTS, reports, alternative services and questions for passwords.
/// </remarks>
internal static class ForwardedHeaders
{
    private static readonly FrozenSet<string> Requests = Set(
        "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language",
        "Content-Length", "Content-Type", "DNT", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Last-Event-ID",
        "Pragma", "Range", "Sec-WebSocket-Extensions", "Sec-WebSocket-Key", "Sec-WebSocket-Protocol", "Sec-WebSocket-Version", "User-Agent",
        "X-Requested-With", "X-TensorBoard-Feature-Flags", "X-XSRF-Protected");

    private static readonly FrozenSet<string> Responses = Set(
        "Accept-Ranges", "Allow", "Connection", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length", "Content-Range",
        "Content-Security-Policy", "Content-Type", "Date", "ETag", "Last-Modified", "Location", "Retry-After", "Sec-WebSocket-Accept",
        "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol", "Sec-WebSocket-Version", "Transfer-Encoding", "Upgrade", "Vary", "X-Content-Type-Options");

    /// <summary>Leaves of a request's headers what may pass.</summary>
    /// <param name="headers">The headers.</param>
    /// <param name="more">What may besides.</param>
    public static void KeepRequest(HttpHeaders headers, FrozenSet<string> more)
    {
        foreach (var name in headers.NonValidated.Select(header => header.Key).Where(name => !Requests.Contains(name) && !more.Contains(name)).ToList())
        {
            headers.Remove(name);
        }
    }

    /// <summary>Leaves of an answer's headers what may pass.</summary>
    /// <param name="headers">The headers.</param>
    /// <param name="more">What may besides.</param>
    public static void KeepResponse(IHeaderDictionary headers, FrozenSet<string> more)
    {
        foreach (var name in headers.Keys.Where(name => !Responses.Contains(name) && !more.Contains(name)).ToList())
        {
            headers.Remove(name);
        }
    }

    /// <summary>Names of headers, whose case says nothing.</summary>
    public static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
