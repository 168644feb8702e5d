using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace GradientCI.Webhook.Monitoring;

/// <summary><c>/metrics</c>, for Prometheus, and not there for the world: names and numbers of a team's work are its own.</summary>
/// <param name="source">The text.</param>
/// <param name="mayRead">Whether whoever asks may know.</param>
public sealed class MetricsEndpoint(MetricsSource source, Func<HttpContext, bool> mayRead)
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Adds the endpoint to a service.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/metrics", Methods, AnswerAsync);

    private async Task AnswerAsync(HttpContext context)
    {
        var isAllowed = mayRead(context);
        var text = isAllowed ? await source.ReadAsync(context.RequestAborted) : "There is nothing here.\n";
        context.Response.StatusCode = isAllowed ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
        context.Response.ContentType = isAllowed ? PrometheusText.ContentType : "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(text, context.RequestAborted);
    }
}
