using GradientCI.Stores;
using GradientCI.Webhook.Api.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace GradientCI.Webhook.Api;

/// <summary>The API: what it does is said by its endpoints, and how it goes wrong here.</summary>
/// <param name="access">Lets callers in.</param>
/// <param name="parts">What the API reads from and acts with.</param>
public sealed class ApiRoutes(ApiAccess access, ApiParts parts)
{
    /// <summary>Below which everything of the API is.</summary>
    public const string Prefix = "/api";

    /// <summary>Below which everything of this version is.</summary>
    public const string Version = "/api/v1";

    /// <summary>Everything that the API does.</summary>
    internal IReadOnlyList<ApiEndpoint> Endpoints { get; } =
    [
        .. new RunEndpoints(parts.Records, parts.Pauses).All,
        .. new TrialEndpoints(parts.Records).All,
        new PortsEndpoint(parts).One,
        .. new FileEndpoints(parts.Records, parts.Data).All,
        new EventsEndpoint(parts).One,
        new AuditEndpoint(parts.Audit).One,
        .. new ReportEndpoints(parts.Records).All,
        .. new ActionEndpoints(parts).All,
        .. new PointEndpoints(parts).All,
        new("POST", Version + "/commands", AccessScope.Read, request => parts.RunCommandAsync(request.Context)),
        DescriptionEndpoint.One,
    ];

    /// <summary>Adds them to a service.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var endpoint in Endpoints)
        {
            Map(routes, endpoint);
        }

        access.AllowAnyone(routes.Map(Prefix + "/{**rest}", context => throw new ApiProblemException(Missing(context, routes))));
    }

    private void Map(IEndpointRouteBuilder routes, ApiEndpoint endpoint)
    {
        string[] methods = endpoint.Method == HttpMethods.Get ? [HttpMethods.Get, HttpMethods.Head] : [endpoint.Method];
        var route = routes.MapMethods(endpoint.Path, methods, context =>
        {
            var request = new ApiRequest(context);
            request.RefuseOtherQueries(endpoint.Queries);
            return endpoint.AnswerAsync(request);
        });
        _ = endpoint.Scope is { } scope ? access.RequireScope(route, scope) : access.AllowAnyone(route);
    }

    // Whatever else is mapped below the prefix counts too: who takes a wrong method is told the right ones.
    private static ApiProblem Missing(HttpContext context, IEndpointRouteBuilder routes)
    {
        var methods = routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText is { } path && path.StartsWith(Prefix, StringComparison.Ordinal)
                && new TemplateMatcher(TemplateParser.Parse(path), []).TryMatch(context.Request.Path, []))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Distinct(StringComparer.Ordinal).ToList();
        if (methods.Count == 0)
        {
            return new ApiProblem(StatusCodes.Status404NotFound, "The API has no such address.", $"See what there is at {Version}/openapi.json.");
        }

        context.Response.OnStarting(() =>
        {
            context.Response.Headers.Allow = string.Join(", ", methods);
            return Task.CompletedTask;
        });
        return new ApiProblem(StatusCodes.Status405MethodNotAllowed, "The address does not take this method.", $"It takes: {string.Join(", ", methods)}.");
    }
}
