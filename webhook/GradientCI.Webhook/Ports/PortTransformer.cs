using GradientCI.Runner.Executors;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace GradientCI.Webhook.Ports;

/// <summary>What a trial hears of a request, and what of its answer is passed on.</summary>
/// <param name="attempt">Where the request goes.</param>
/// <param name="visit">The request.</param>
internal sealed class PortTransformer(AttemptPort attempt, PortVisit visit) : HttpTransformer
{
    private readonly string _host = $"localhost:{attempt.Number}";

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        var facade = visit.Facade;
        facade.KeepRequest(proxyRequest.Headers);
        if (proxyRequest.Content is { } content)
        {
            facade.KeepRequest(content.Headers);
        }

        // Servers of demos answer local names alone, and WebSockets of their own pages alone.
        proxyRequest.RequestUri = PortConnections.AddressOf(attempt, visit.Rest);
        PortConnections.Send(proxyRequest, attempt);
        proxyRequest.Headers.Host = _host;
        if (httpContext.Request.Headers.ContainsKey(HeaderNames.Origin))
        {
            proxyRequest.Headers.TryAddWithoutValidation(HeaderNames.Origin, $"http://{_host}");
        }

        facade.Translate(httpContext.Request, proxyRequest.Headers, $"http://{_host}");
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Proto", facade.Address.Scheme);
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Host", facade.Address.Authority);
        if (facade.Prefix.Length > 0)
        {
            proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Prefix", facade.Prefix);
        }
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var passes = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        var headers = httpContext.Response.Headers;
        visit.Facade.Confine(headers);
        if (headers.Location is [{ } location])
        {
            headers.Location = Below(location);
        }

        return passes;
    }

    public override ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    // A server that does not know that it stands below a path leads to its own root.
    private string Below(string location)
    {
        var (own, prefix) = ($"http://{_host}/", visit.Facade.Prefix);
        var path = location.StartsWith(own, StringComparison.OrdinalIgnoreCase) ? location[(own.Length - 1)..] : location;
        return path.StartsWith('/') && !path.StartsWith("//", StringComparison.Ordinal) && !path.StartsWith("/\\", StringComparison.Ordinal)
            && !path.StartsWith(prefix + '/', StringComparison.Ordinal) ? prefix + path : path;
    }
}
