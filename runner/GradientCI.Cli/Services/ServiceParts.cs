using System.Collections.Immutable;
using GradientCI.Cli.Remote;
using GradientCI.Cli.Runs;
using GradientCI.Cli.Secrets;
using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Processes;
using GradientCI.Runner.Orchestration;
using GradientCI.Stores;
using GradientCI.Webhook.Answers;
using GradientCI.Webhook.Api;
using GradientCI.Webhook.Commands;
using GradientCI.Webhook.Forges.GitHub.Events;
using GradientCI.Webhook.Hosting;
using GradientCI.Webhook.Intake;
using GradientCI.Webhook.Monitoring;
using GradientCI.Webhook.Notices;
using GradientCI.Webhook.Portal;
using GradientCI.Webhook.Ports;
using GradientCI.Webhook.Triggers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace GradientCI.Cli.Services;

/// <summary>What the service has beside the intake and the worker. The forge's parts are put together here, and nowhere else.</summary>
internal sealed record ServiceParts
{
    /// <summary>Told what happened at the forge.</summary>
    public required IForgeEvents Events { get; init; }

    /// <summary>Told what people ask for there.</summary>
    public required IForgeRequests Requests { get; init; }

    /// <summary>Does what deliveries ask for that are none of GitHub's; null for the others.</summary>
    public Func<Delivery, CancellationToken, Task<DeliveryOutcome?>> HandleOwnAsync { get; init; } = (_, _) => Task.FromResult<DeliveryOutcome?>(null);

    /// <summary>Told that the runs of a push are recorded which a hook of this machine left.</summary>
    public Func<ProjectId, CancellationToken, Task> PushedAsync { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>What it answers, beside deliveries and questions after its health.</summary>
    public ImmutableArray<Action<IEndpointRouteBuilder>> Routes { get; init; } = [];

    /// <summary>What it counts.</summary>
    public ServiceMeters Meters { get; init; } = new();

    /// <summary>What it needs, beside the database and the disk.</summary>
    public ImmutableArray<IReadinessCheck> Checks { get; init; } = [];

    /// <summary>What it does all the time until it is told to leave.</summary>
    public ImmutableArray<Func<CancellationToken, Task>> Loops { get; init; } = [];

    /// <summary>Rung by whoever records runs, so that they are taken up at once.</summary>
    public Doorbell Recorded { get; init; } = new();

    /// <summary>Puts them together.</summary>
    public static ServiceParts Assemble(Session session, Machine machine, ServiceOptions options, ServiceForge served, Noticing noticing, ILoggerFactory logs)
    {
        var (forge, store, time) = (served.Forge, session.Store, session.Terminal.Time);
        var access = new ApiAccess(store, time, logs.CreateLogger<ApiAccess>());
        var key = PortalKey.Open(session.Data.PortalKey);
        var links = options.PublicUrl is { } url ? new PortalLinks(new Uri(url), key) : null;
        var composer = new AnswerComposer(store, store, store, store, links);
        var ports = new PortLinks(key, links?.PublicUrl, options.PortsUrl);
        var pages = new RunPages(store, key) { LiveLinks = ports.LiveOf };
        var events = new ForgeEvents(session.Data, store, store, forge, machine.Provenance, machine.Executor.Name, time);
        var clock = ServiceTime.Assemble(session, machine, options, served, events, logs);
        var pushes = new GitPushes(clock.Events, store);
        var recorded = new Doorbell();
        var commits = new AskedCommits(session.Data, store, forge, time);
        var requests = new RequestedRuns(store, store, commits, machine.Provenance, machine.Executor.Name, machine.Slots, time);
        var meters = new ServiceMeters();
        var metrics = new MetricsSource(store, meters, session.Data, time) { Slots = machine.Slots, CallsLeft = () => served.CallsLeft };
        return new ServiceParts
        {
            Events = clock.Events,
            HandleOwnAsync = async (delivery, token) => await clock.HandleOwnAsync(delivery, token) ?? await pushes.HandleAsync(delivery, token),
            PushedAsync = clock.PushedAsync,
            Requests = new CommandDesk(
                session.Data, new CommandStores(store, store, store, store, store), forge, events, machine.Provenance, machine.Executor.Name, time),

            // A reverse proxy on this machine makes every request one from loopback.
            Routes =
            [
                endpoints => PortalRoutes.Map(endpoints, pages, trustsLoopback: false),
                new PortRoutes(ports, new OpenPorts(store, session.Data), new PortsByImage(new ProcessPorts(), machine.Containers)).Map,
                ApiOf(session, machine, requests, recorded, access, ports, new CommandEndpoint(session.Data, requests, recorded, time, logs.CreateLogger<CommandEndpoint>())).Map,
                new MetricsEndpoint(metrics, context => options.MetricsFromLoopback && LocalRequests.IsLocal(context.Request)).Map,
            ],
            Meters = meters,
            Recorded = recorded,
            Checks = [new ProgramReadiness("executor", "/bin/sh"), new ForgeReadiness(forge, time), new PauseNotice(store)],
            Loops =
            [
                new AnswerPump(store, store, composer, [forge], time, logs.CreateLogger<AnswerPump>()).RunAsync,
                new NoticePump(store, store, noticing.Channels(time), links, time, logs.CreateLogger<NoticePump>()).RunAsync,
                clock.RunAsync,
            ],
        };
    }

    private static ApiRoutes ApiOf(Session session, Machine machine, RequestedRuns requests, Doorbell recorded, ApiAccess access, PortLinks ports, CommandEndpoint commands)
    {
        var (store, time) = (session.Store, session.Terminal.Time);
        var pulls = new PullRequestRuns(session.Data, store, store, machine.Provenance, machine.Executor.Name, time);
        return new ApiRoutes(access, new ApiParts
        {
            Data = session.Data,
            Store = store,
            Events = store,
            Queue = store,
            Audit = store,
            Pauses = store,
            Requests = requests,
            Approvals = new ForkApprovals(store, pulls, time),
            AttemptTokens = AttemptTokens.Open(session.Data),
            Recorded = recorded,
            RunCommandAsync = commands.Open(),
            Secrets = SecretVaults.Open(session),
            Ports = ports,
            Time = time,
        });
    }
}
