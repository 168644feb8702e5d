using System.Globalization;
using System.Text.RegularExpressions;
using GradientCI.Experiments;
using GradientCI.Reports.Formats.Html;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace GradientCI.Webhook.Portal;

/// <summary>The pages of the service: read-only, without script, and not there for whoever has no signed link.</summary>
public static partial class PortalRoutes
{
    private const string Frames = "; frame-ancestors 'none'";
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Adds the list of runs, the pages of reports, and their charts.</summary>
    /// <param name="endpoints">The service's routes.</param>
    /// <param name="pages">Makes the texts.</param>
    /// <param name="trustsLoopback">Whether requests from this machine need no signature; false as soon as a public address leads here.</param>
    public static void Map(IEndpointRouteBuilder endpoints, RunPages pages, bool trustsLoopback)
    {
        var access = new PortalAccess(pages.Key, trustsLoopback);
        endpoints.MapMethods("/", Methods, context => ListAsync(context, pages, access));
        endpoints.MapMethods("/runs/{project}/{experiment}/{number}", Methods, context => ReportAsync(context, pages, access));
        endpoints.MapMethods("/runs/{project}/{experiment}/{number}/charts/{name}.svg", Methods, context => ChartAsync(context, pages, access));
    }

    private static Task ListAsync(HttpContext context, RunPages pages, PortalAccess access) =>
        access.Allows(context.Request, "/") ? WritePageAsync(context, async cancellationToken => await pages.ListAsync(cancellationToken)) : HideAsync(context);

    // Whether there is such a run is asked only for whoever may know.
    private static Task ReportAsync(HttpContext context, RunPages pages, PortalAccess access) =>
        RunOf(context) is { } run && access.Allows(context.Request, PortalLinks.PathOf(run))
            ? WritePageAsync(context, async cancellationToken => await pages.ReportAsync(run, cancellationToken))
            : HideAsync(context);

    private static async Task ChartAsync(HttpContext context, RunPages pages, PortalAccess access)
    {
        if (RunOf(context) is not { } run || Value(context, "name") is not { } name || !Name().IsMatch(name)
            || !access.Allows(context.Request, PortalLinks.PathOf(run, name))
            || await pages.ChartAsync(run, name, context.RequestAborted) is not { } svg)
        {
            await HideAsync(context);
            return;
        }

        // A picture that a forge's proxy keeps is asked about again: a retry draws it anew.
        Harden(context, "default-src 'none'; style-src 'unsafe-inline'; sandbox" + Frames, "no-cache");
        context.Response.ContentType = "image/svg+xml; charset=utf-8";
        await context.Response.WriteAsync(svg, context.RequestAborted);
    }

    private static async Task WritePageAsync(HttpContext context, Func<CancellationToken, Task<string?>> write)
    {
        if (await write(context.RequestAborted) is not { } page)
        {
            await HideAsync(context);
            return;
        }

        Harden(context, PageFrame.Policy + Frames, "no-store");
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(page, context.RequestAborted);
    }

    private static Task HideAsync(HttpContext context)
    {
        Harden(context, "default-src 'none'" + Frames, "no-store");
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync("There is nothing here.\n", context.RequestAborted);
    }

    // Addresses carry signatures, so they must not travel on as the referrer.
    private static void Harden(HttpContext context, string policy, string caching)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers[HeaderNames.CacheControl] = caching;
    }

    internal static RunId? RunOf(HttpContext context) =>
        Value(context, "project") is { } project && Name().IsMatch(project)
        && Value(context, "experiment") is { } experiment && Name().IsMatch(experiment)
        && int.TryParse(Value(context, "number"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? new RunId(new ProjectId(project), experiment, number)
            : null;

    private static string? Value(HttpContext context, string name) => context.Request.RouteValues[name] as string;

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._-]{0,199}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Name();
}
