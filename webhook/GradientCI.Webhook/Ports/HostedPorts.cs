using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace GradientCI.Webhook.Ports;

/// <summary>What trials listen at, each at a host of its own: a link with a key lets a browser in, and is not needed again.</summary>
/// <param name="hosts">Knows whose a host is.</param>
/// <param name="links">Knows the keys.</param>
/// <param name="pass">Lets browsers in that were let in before.</param>
/// <param name="forwarding">Passes on what they ask.</param>
internal sealed class HostedPorts(PortHosts hosts, PortLinks links, PortPass pass, PortForwarding forwarding)
{
    /// <summary>Adds them before all that the service has: at these hosts there is nothing of its own.</summary>
    public void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.Map("/{**path}", AnswerAsync).RequireHost(hosts.Pattern).WithOrder(int.MinValue);

    private Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        if (context.Features.Get<IHttpRequestFeature>()?.RawTarget is not ['/', ..] target)
        {
            return PortForwarding.SayAsync(context, StatusCodes.Status400BadRequest, "The request names no path.");
        }

        if (PortAddress.Read(target) is { } address && IsHere(address.Port) && links.Matches(address.Port, address.Signature))
        {
            return LetIn(context, address);
        }

        if (pass.Find(request.Headers.Cookie, IsHere) is not { } port)
        {
            return PortForwarding.SayAsync(context, StatusCodes.Status403Forbidden, "This browser was not let in here: follow the link on the page of the run.");
        }

        var facade = new OriginFacade(hosts.Of(port));
        return facade.IsOwn(request)
            ? forwarding.VisitAsync(context, new PortVisit(port, target, facade))
            : PortForwarding.SayAsync(context, StatusCodes.Status403Forbidden, "A page of another origin asked for this.");

        bool IsHere(TrialPort each) => hosts.IsHostOf(each, request.Host.Host);
    }

    // Absolute, as a path that begins with two slashes would lead to another host.
    private Task LetIn(HttpContext context, PortAddress address)
    {
        var headers = context.Response.Headers;
        SandboxFacade.Harden(headers);
        pass.Give(headers, address.Port);
        headers.Location = $"{hosts.Of(address.Port).GetLeftPart(UriPartial.Authority)}{(address.Rest is ['/', ..] ? "" : "/")}{address.Rest}";
        context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        return Task.CompletedTask;
    }
}
