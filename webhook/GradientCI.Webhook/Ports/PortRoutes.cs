using System.Globalization;
using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Webhook.Portal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;

namespace GradientCI.Webhook.Ports;

/// <summary>What trials listen at, for whoever has an address with its key.</summary>
/// <param name="links">Knows the keys.</param>
/// <param name="open">Knows what runs.</param>
/// <param name="ports">Connects to it.</param>
public sealed class PortRoutes(PortLinks links, OpenPorts open, IAttemptPorts ports)
{
    private const string Pattern = "/runs/{project}/{experiment}/{number}/trials/{trial}/ports/{port}/{key}";

    /// <summary>Adds them to a service; when it is to leave, what still comes is cut off.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        var lifetime = endpoints.ServiceProvider.GetRequiredService<IHostApplicationLifetime>();
        var connections = new PortConnections(ports);
        lifetime.ApplicationStopped.Register(connections.Dispose);
        var forwarding = new PortForwarding(links, open, connections, lifetime.ApplicationStopping);
        endpoints.Map(Pattern, context => AnswerAsync(context, forwarding));
        endpoints.Map(Pattern + "/{**rest}", context => AnswerAsync(context, forwarding));
    }

    private Task AnswerAsync(HttpContext context, PortForwarding forwarding)
    {
        // The path is passed on as it came, so it has to be the port's to the letter.
        if (PortOf(context) is not { } port || !links.Matches(port, context.Request.RouteValues["key"] as string)
            || context.Features.Get<IHttpRequestFeature>()?.RawTarget is not { } target || !target.StartsWith(links.PathTo(port), StringComparison.Ordinal))
        {
            return PortForwarding.SayAsync(context, StatusCodes.Status404NotFound, "There is nothing here.");
        }

        var rest = target[links.PathTo(port).Length..];
        if (!rest.StartsWith('/'))
        {
            // What a page refers to is below the slash.
            return AnswerAsync(context, StatusCodes.Status308PermanentRedirect, headers => headers.Location = $"{links.PrefixOf(port)}/{rest}");
        }

        return HttpMethods.IsOptions(context.Request.Method) && context.Request.Headers.ContainsKey(HeaderNames.AccessControlRequestMethod)
            ? AnswerAsync(context, StatusCodes.Status204NoContent, AllowAll)
            : forwarding.VisitAsync(context, port, rest);
    }

    private static Task AnswerAsync(HttpContext context, int status, Action<IHeaderDictionary> write)
    {
        PortTransformer.Confine(context.Response.Headers);
        context.Response.StatusCode = status;
        write(context.Response.Headers);
        return Task.CompletedTask;
    }

    private static void AllowAll(IHeaderDictionary headers)
    {
        headers.AccessControlAllowMethods = "*";
        headers.AccessControlAllowHeaders = "*";
    }

    private static TrialPort? PortOf(HttpContext context) =>
        PortalRoutes.RunOf(context) is { } run && Number(context, "trial") is { } trial && Number(context, "port") is { } port
            ? new TrialPort(new TrialId(run, trial), port)
            : null;

    private static int? Number(HttpContext context, string name) =>
        int.TryParse(context.Request.RouteValues[name] as string, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
