using System.Collections.Frozen;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace GradientCI.Webhook.Ports;

/// <summary>A path of the service's own origin, whose pages a sandbox gives an origin that equals no other.</summary>
/// <remarks>What a trial serves is a stranger's. So it can read nothing of ours, nor of another trial, and keep nothing in the browser.</remarks>
internal sealed class SandboxFacade(Uri address) : PortFacade(address)
{
    /// <summary>Without <c>allow-same-origin</c>, which would undo it, and without leave to move the window that it was opened from.</summary>
    public const string Policy = "sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts";

    public override void KeepRequest(HttpHeaders headers) => ForwardedHeaders.KeepRequest(headers, FrozenSet<string>.Empty);

    // Pages in a sandbox have no origin to name, and whoever has the key in the path was let in.
    public override void Translate(HttpRequest request, HttpRequestHeaders headers, string own)
    {
        // What browsers say of where they come from did not pass.
    }

    public override void Confine(IHeaderDictionary headers)
    {
        ForwardedHeaders.KeepResponse(headers, FrozenSet<string>.Empty);
        Harden(headers);
    }

    /// <summary>Puts an answer into the sandbox. Several policies hold all at once, so a trial's own can only be stricter.</summary>
    public static void Harden(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = StringValues.Concat(headers.ContentSecurityPolicy, Policy);
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex";
        headers["X-Accel-Buffering"] = "no";

        // A page in the sandbox is foreign to its own address. Who knows that has its key, and there is nothing else to be had by it.
        headers.AccessControlAllowOrigin = "*";
    }
}
