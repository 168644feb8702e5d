using System.Net;
using GradientCI.Runner.Executors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace GradientCI.Webhook.Ports;

/// <summary>Passes requests on to what trials listen at, and answers back, as they come: WebSockets and streams of events too.</summary>
/// <param name="open">Knows what runs.</param>
/// <param name="connections">Connects to it.</param>
/// <param name="leaving">The service is to leave.</param>
internal sealed class PortForwarding(OpenPorts open, PortConnections connections, CancellationToken leaving)
{
    private const int MostAtOnce = 32;
    private const long LargestBody = 1L << 30;

    private static readonly ForwarderRequestConfig Settings = new()
    {
        ActivityTimeout = TimeSpan.FromMinutes(10), Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private readonly PortVisits _visits = new(MostAtOnce);

    // On its own and without a log, as the server logs nothing of requests: addresses carry what is secret.
    private readonly IHttpForwarder _forwarder = new ServiceCollection().AddLogging().AddHttpForwarder().BuildServiceProvider().GetRequiredService<IHttpForwarder>();

    /// <summary>Answers a request that was let in.</summary>
    public async Task VisitAsync(HttpContext context, PortVisit visit)
    {
        var port = visit.Port;
        var (attempt, obstacle) = await open.FindAsync(port, context.RequestAborted);
        if (attempt is null)
        {
            await SayAsync(context, StatusCodes.Status404NotFound, obstacle);
        }
        else if (!_visits.TryEnter(port.Trial))
        {
            await SayAsync(context, StatusCodes.Status503ServiceUnavailable, $"The trial {port.Trial} answers {MostAtOnce} requests already: wait for one to end.");
        }
        else
        {
            try
            {
                await ForwardAsync(context, attempt, visit);
            }
            finally
            {
                _visits.Leave(port.Trial);
            }
        }
    }

    /// <summary>Answers with a sentence.</summary>
    public static Task SayAsync(HttpContext context, int status, string sentence)
    {
        context.Response.Headers.Clear();
        SandboxFacade.Harden(context.Response.Headers);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(sentence + "\n", context.RequestAborted);
    }

    private async Task ForwardAsync(HttpContext context, AttemptPort attempt, PortVisit visit)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LargestBody;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(leaving, context.RequestAborted);
        var error = await _forwarder.SendAsync(context, "http://trial", connections.Invoker, Settings, new PortTransformer(attempt, visit), enough.Token);
        if (error != ForwarderError.None && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await SayAsync(context, context.Response.StatusCode, $"Port {visit.Port.Number} of the trial {visit.Port.Trial} gives no answer that HTTP knows: nothing listens there, or it took too long.");
        }
    }
}
