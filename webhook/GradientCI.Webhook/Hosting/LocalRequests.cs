using System.Net;
using Microsoft.AspNetCore.Http;

namespace GradientCI.Webhook.Hosting;

/// <summary>Tells requests of this machine's own people from others.</summary>
public static class LocalRequests
{
    private static readonly string[] Forwarding = ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"];

    /// <summary>Whether a request was made on this machine, to this machine.</summary>
    /// <remarks>
    /// Not to be trusted where a reverse proxy leads here: then every request comes from this machine, and not every proxy says that
    /// it is one. A browser that was lured here by a name of somebody else's says that name.
    /// </remarks>
    public static bool IsLocal(HttpRequest request) =>
        request.HttpContext.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && (request.Host.Host == "localhost" || (IPAddress.TryParse(request.Host.Host, out var host) && IPAddress.IsLoopback(host)))
        && !Forwarding.Any(request.Headers.ContainsKey);
}
