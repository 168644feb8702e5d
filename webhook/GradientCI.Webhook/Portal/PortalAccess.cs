using System.Net;
using Microsoft.AspNetCore.Http;

namespace GradientCI.Webhook.Portal;

/// <summary>Who may see a page: whoever has its signed link, and perhaps whoever sits at this machine.</summary>
/// <param name="Key">The secret that links are signed with.</param>
/// <param name="TrustsLoopback">
/// Whether a request from this machine needs no signature. Never behind a proxy: then every request comes from it.
/// </param>
internal sealed record PortalAccess(PortalKey Key, bool TrustsLoopback)
{
    private static readonly string[] Forwarding = ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"];

    /// <summary>Whether the request may see what is at a path.</summary>
    public bool Allows(HttpRequest request, string path) => Key.Matches(path, request.Query["sig"]) || (TrustsLoopback && IsLocal(request));

    // A browser that was lured here by a name of somebody else's says that name; a proxy usually says that it is one.
    private static bool IsLocal(HttpRequest request) =>
        request.HttpContext.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && (request.Host.Host == "localhost" || (IPAddress.TryParse(request.Host.Host, out var host) && IPAddress.IsLoopback(host)))
        && !Forwarding.Any(request.Headers.ContainsKey);
}
