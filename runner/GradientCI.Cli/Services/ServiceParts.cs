using System.Collections.Immutable;
using GradientCI.Cli.Runs;
using GradientCI.Webhook.Answers;
using GradientCI.Webhook.Forges.GitHub;
using GradientCI.Webhook.Hosting;
using GradientCI.Webhook.Monitoring;
using GradientCI.Webhook.Notices;
using GradientCI.Webhook.Portal;
using GradientCI.Webhook.Triggers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace GradientCI.Cli.Services;

/// <summary>What the service has beside the intake and the worker. The forge's parts are put together here, and nowhere else.</summary>
internal sealed record ServiceParts
{
    /// <summary>Told what happened at the forge.</summary>
    public required IForgeEvents Events { get; init; }

    /// <summary>What it answers, beside deliveries and questions after its health.</summary>
    public ImmutableArray<Action<IEndpointRouteBuilder>> Routes { get; init; } = [];

    /// <summary>What it counts.</summary>
    public ServiceMeters Meters { get; init; } = new();

    /// <summary>What it needs, beside the database and the disk.</summary>
    public ImmutableArray<IReadinessCheck> Checks { get; init; } = [];

    /// <summary>What it does all the time until it is told to leave.</summary>
    public ImmutableArray<Func<CancellationToken, Task>> Loops { get; init; } = [];

    /// <summary>Puts them together.</summary>
    public static ServiceParts Assemble(Session session, Machine machine, ServiceOptions options, GitHubForge forge, Noticing noticing, ILoggerFactory logs)
    {
        var (store, time) = (session.Store, session.Terminal.Time);
        var key = PortalKey.Open(session.Data.PortalKey);
        var links = options.PublicUrl is { } url ? new PortalLinks(new Uri(url), key) : null;
        var composer = new AnswerComposer(store, store, store, links);
        var pages = new RunPages(store, store, key);
        var meters = new ServiceMeters();
        var metrics = new MetricsSource(store, meters, session.Data, time) { Slots = machine.Slots, CallsLeft = () => forge.CallsLeft };
        return new ServiceParts
        {
            Events = new ForgeEvents(session.Data, store, store, forge, machine.Provenance, machine.Executor.Name, time),

            // A reverse proxy on this machine makes every request one from loopback.
            Routes =
            [
                endpoints => PortalRoutes.Map(endpoints, pages, trustsLoopback: false),
                new MetricsEndpoint(metrics, context => options.MetricsFromLoopback && LocalRequests.IsLocal(context.Request)).Map,
            ],
            Meters = meters,
            Checks = [new ProgramReadiness("executor", "/bin/sh"), new ForgeReadiness(forge, time), new PauseNotice(store)],
            Loops =
            [
                new AnswerPump(store, store, composer, [forge], time, logs.CreateLogger<AnswerPump>()).RunAsync,
                new NoticePump(store, store, noticing.Channels(time), links, time, logs.CreateLogger<NoticePump>()).RunAsync,
            ],
        };
    }
}
