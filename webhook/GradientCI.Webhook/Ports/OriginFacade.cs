using System.Collections.Frozen;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace GradientCI.Webhook.Ports;

/// <summary>A host of the port's own: the browser itself keeps its pages from ours and from other trials', so they may have all that pages have.</summary>
internal sealed class OriginFacade(Uri address) : PortFacade(address)
{
    // Neither what a proxy says of who somebody is, nor passwords: browsers send those by themselves to a proxy that asks for them.
    private static readonly FrozenSet<string> AlsoAsked = ForwardedHeaders.Set(
        "Cookie", "Priority", "Purpose", "Referer", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-User", "Service-Worker",
        "Upgrade-Insecure-Requests", "X-CSRF-Token", "X-CSRFToken", "X-XSRF-Token", "X-XSRFToken");

    // Nothing that a browser keeps for longer than the page, or for more than this host.
    private static readonly FrozenSet<string> AlsoAnswered = ForwardedHeaders.Set(
        "Cross-Origin-Embedder-Policy", "Cross-Origin-Opener-Policy", "Link", "Permissions-Policy", "Server-Timing", "Service-Worker-Allowed", "Set-Cookie", "SourceMap",
        "X-Frame-Options");

    private readonly string _origin = address.GetLeftPart(UriPartial.Authority);

    /// <summary>Whether a request that a browser made is one of the port's own pages, or of a person who follows a link to it.</summary>
    /// <remarks>
    /// Hosts beside each other are of one site, so a cookie goes along with what other trials' pages ask for. Browsers say who asks;
    /// where one does not, as for WebSockets, it names the origin of the page. What is no browser says neither, and no page can make it ask.
    /// </remarks>
    public bool IsOwn(HttpRequest request)
    {
        var headers = request.Headers;
        var site = headers["Sec-Fetch-Site"].ToString();
        return site == "same-origin"
            || ((StringValues.IsNullOrEmpty(headers.Origin) || headers.Origin == _origin) && (site is "" or "none" || IsFollowed(request)));
    }

    public override void KeepRequest(HttpHeaders headers) => ForwardedHeaders.KeepRequest(headers, AlsoAsked);

    public override void Translate(HttpRequest request, HttpRequestHeaders headers, string own)
    {
        headers.Remove(HeaderNames.Cookie);
        if (RequestCookies.WithoutOurs(request.Headers.Cookie) is { Length: > 0 } cookies)
        {
            headers.TryAddWithoutValidation(HeaderNames.Cookie, cookies);
        }

        headers.Remove(HeaderNames.Referer);
        if (request.Headers.Referer.ToString() is var from && from.StartsWith(_origin + '/', StringComparison.OrdinalIgnoreCase))
        {
            headers.TryAddWithoutValidation(HeaderNames.Referer, own + from[_origin.Length..]);
        }
    }

    public override void Confine(IHeaderDictionary headers)
    {
        ForwardedHeaders.KeepResponse(headers, AlsoAnswered);
        headers.SetCookie = RequestCookies.Own(headers.SetCookie);

        // Other trials' pages are of the same site, and neither frame nor read these, nor hold their windows.
        headers.ContentSecurityPolicy = StringValues.Concat(headers.ContentSecurityPolicy, "frame-ancestors 'self'");
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Origin-Agent-Cluster"] = "?1";
        if (!headers.ContainsKey("Cross-Origin-Opener-Policy"))
        {
            headers["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups";
        }

        headers.CacheControl = "private, no-cache";
        headers["Referrer-Policy"] = "same-origin";
        headers["X-Robots-Tag"] = "noindex";
        headers["X-Accel-Buffering"] = "no";
    }

    private static bool IsFollowed(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Headers["Sec-Fetch-Dest"] == "document";
}
