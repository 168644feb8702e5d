using GradientCI.Webhook.Hosting;
using Microsoft.AspNetCore.Http;

namespace GradientCI.Webhook.Portal;

/// <summary>Who may see a page: whoever has its signed link, and perhaps whoever sits at this machine.</summary>
/// <param name="Key">The secret that links are signed with.</param>
/// <param name="TrustsLoopback">
/// Whether a request from this machine needs no signature. Never behind a proxy: then every request comes from it.
/// </param>
internal sealed record PortalAccess(PortalKey Key, bool TrustsLoopback)
{
    /// <summary>Whether the request may see what is at a path.</summary>
    public bool Allows(HttpRequest request, string path) => Key.Matches(path, request.Query["sig"]) || (TrustsLoopback && LocalRequests.IsLocal(request));
}
