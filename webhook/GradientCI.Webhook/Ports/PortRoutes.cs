using GradientCI.Runner.Executors;
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
        var forwarding = new PortForwarding(open, connections, lifetime.ApplicationStopping);
        if (links.Hosts is { } hosts)
        {
            new HostedPorts(hosts, links, links.Pass, forwarding).Map(endpoints);
        }

        endpoints.Map(Pattern, context => AnswerAsync(context, forwarding));
        endpoints.Map(Pattern + "/{**rest}", context => AnswerAsync(context, forwarding));
    }

    private Task AnswerAsync(HttpContext context, PortForwarding forwarding)
    {
        if (context.Features.Get<IHttpRequestFeature>()?.RawTarget is not { } target || PortAddress.Read(target) is not { } address
            || !links.Matches(address.Port, address.Signature))
        {
            return PortForwarding.SayAsync(context, StatusCodes.Status404NotFound, "There is nothing here.");
        }

        var (port, rest) = (address.Port, address.Rest);
        if (links.Hosts is { } hosts)
        {
            return LeadAsync(context, StatusCodes.Status307TemporaryRedirect, $"{links.OwnOf(hosts, port)}{rest}");
        }

        if (rest is not ['/', ..])
        {
            // What a page refers to is below the slash.
            return LeadAsync(context, StatusCodes.Status308PermanentRedirect, $"{links.PrefixOf(port)}/{rest}");
        }

        return HttpMethods.IsOptions(context.Request.Method) && context.Request.Headers.ContainsKey(HeaderNames.AccessControlRequestMethod)
            ? AnswerAsync(context, StatusCodes.Status204NoContent, AllowAll)
            : forwarding.VisitAsync(context, new PortVisit(port, rest, new SandboxFacade(links.Facing(context.Request, port))));
    }

    private static Task LeadAsync(HttpContext context, int status, string address) => AnswerAsync(context, status, headers => headers.Location = address);

    private static Task AnswerAsync(HttpContext context, int status, Action<IHeaderDictionary> write)
    {
        SandboxFacade.Harden(context.Response.Headers);
        context.Response.StatusCode = status;
        write(context.Response.Headers);
        return Task.CompletedTask;
    }

    private static void AllowAll(IHeaderDictionary headers)
    {
        headers.AccessControlAllowMethods = "*";
        headers.AccessControlAllowHeaders = "*";
    }
}
