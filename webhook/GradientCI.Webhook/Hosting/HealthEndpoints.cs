using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace GradientCI.Webhook.Hosting;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: what it needs is there.</summary>
internal sealed class HealthEndpoints(ImmutableArray<IReadinessCheck> checks, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", context => context.Response.WriteAsync("live\n", context.RequestAborted));
        routes.MapGet("/readyz", ReadyAsync);
    }

    private async Task ReadyAsync(HttpContext context)
    {
        var found = await Task.WhenAll(checks.Select(check => AskAsync(check, context.RequestAborted)));
        var isReady = checks.Zip(found).All(each => each.Second is null || !each.First.IsVital);
        var list = new JsonObject(checks.Zip(found, (check, problem) => KeyValuePair.Create(check.Name, (JsonNode?)JsonValue.Create(problem ?? "ok"))));
        context.Response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(new JsonObject { ["ready"] = isReady, ["checks"] = list }.ToJsonString(), context.RequestAborted);
    }

    private async Task<string?> AskAsync(IReadinessCheck check, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await check.CheckAsync(enough.Token).WaitAsync(enough.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return $"There was no answer within {Patience.TotalSeconds} s.";
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // A check that breaks is a problem found.
            return problem is GradientException or IOException ? problem.Message : problem.GetType().Name;
        }
    }
}
