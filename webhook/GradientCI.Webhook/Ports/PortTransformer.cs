using GradientCI.Runner.Executors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace GradientCI.Webhook.Ports;

/// <summary>What a trial hears of a request, and what of its answer is passed on.</summary>
/// <remarks>
/// What a trial serves is a stranger's, and would stand on our origin. The sandbox gives its pages an origin that equals no other,
/// so that they can read nothing of ours, nor of another trial, and keep nothing in the browser.
/// </remarks>
/// <param name="attempt">Where the request goes.</param>
/// <param name="rest">The path and the query there, as they came.</param>
/// <param name="facade">What browsers see in front of that path: <c>https://ci.example.org/runs/…</c>, without a slash at the end.</param>
internal sealed class PortTransformer(AttemptPort attempt, string rest, Uri facade) : HttpTransformer
{
    /// <summary>Without <c>allow-same-origin</c>, which would undo it, and without leave to move the window that it was opened from.</summary>
    public const string Sandbox = "sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts";

    private readonly string _host = $"localhost:{attempt.Number}";

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        ForwardedHeaders.KeepRequest(proxyRequest.Headers);
        if (proxyRequest.Content is { } content)
        {
            ForwardedHeaders.KeepRequest(content.Headers);
        }

        // Servers of demos answer local names alone, and WebSockets of their own pages alone. Those of a sandbox have no origin to
        // name, and whoever has the key in the path was let in.
        proxyRequest.RequestUri = PortConnections.AddressOf(attempt, rest);
        PortConnections.Send(proxyRequest, attempt);
        proxyRequest.Headers.Host = _host;
        if (httpContext.Request.Headers.ContainsKey(HeaderNames.Origin))
        {
            proxyRequest.Headers.TryAddWithoutValidation(HeaderNames.Origin, $"http://{_host}");
        }

        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Proto", facade.Scheme);
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Host", facade.Authority);
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Prefix", facade.AbsolutePath);
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var passes = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        var headers = httpContext.Response.Headers;
        ForwardedHeaders.KeepResponse(headers);
        if (headers.Location is [{ } location])
        {
            headers.Location = Below(location);
        }

        Confine(headers);
        return passes;
    }

    public override ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    /// <summary>Puts an answer into the sandbox. Several policies hold all at once, so a trial's own can only be stricter.</summary>
    public static void Confine(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = StringValues.Concat(headers.ContentSecurityPolicy, Sandbox);
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex";
        headers["X-Accel-Buffering"] = "no";

        // A page in the sandbox is foreign to its own address. Who knows that has its key, and there is nothing else to be had by it.
        headers.AccessControlAllowOrigin = "*";
    }

    // A server that does not know that it stands below a path leads to its own root.
    private string Below(string location)
    {
        var (own, prefix) = ($"http://{_host}/", facade.AbsolutePath);
        var path = location.StartsWith(own, StringComparison.OrdinalIgnoreCase) ? location[(own.Length - 1)..] : location;
        return path.StartsWith('/') && !path.StartsWith("//", StringComparison.Ordinal) && !path.StartsWith("/\\", StringComparison.Ordinal)
            && !path.StartsWith(prefix + '/', StringComparison.Ordinal) ? prefix + path : path;
    }
}
