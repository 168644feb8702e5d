using System.Collections.Immutable;
using GradientCI.Cli.Runs;
using GradientCI.Cli.Workers;
using GradientCI.Runner.Orchestration;
using GradientCI.Webhook.Forges.GitHub.Events;
using GradientCI.Webhook.Hosting;
using GradientCI.Webhook.Intake;
using GradientCI.Webhook.Monitoring;
using Microsoft.Extensions.Logging;

namespace GradientCI.Cli.Services;

/// <summary>The service: takes deliveries and sees to them, and is the worker of its data folder, in one process.</summary>
internal sealed class Service(Session session, Machine machine, ServiceOptions options, ServiceParts parts, ILoggerFactory logs)
{
    private readonly ILogger _logger = logs.CreateLogger<Service>();

    /// <summary>Serves until it is told to leave; trials that run then live on, for the next worker.</summary>
    /// <exception cref="GradientException">It cannot listen, or the database cannot be used, time and again.</exception>
    public async Task RunAsync(CancellationToken leaving)
    {
        var (store, time, arrivals, recorded) = (session.Store, session.Terminal.Time, new Doorbell(), parts.Recorded);
        var endpoint = new DeliveryEndpoint(store, SignatureOf(options.WebhookSecrets), arrivals, time, logs.CreateLogger<DeliveryEndpoint>())
        {
            Meters = parts.Meters, HookSignature = SignatureOf(options.HookSecrets),
        };
        var processor = new DeliveryProcessor(store, new GitHubEvents(parts.Events, parts.Requests), arrivals, time, logs.CreateLogger<DeliveryProcessor>())
        {
            Recorded = recorded, Meters = parts.Meters, HandleOwnAsync = parts.HandleOwnAsync, AtOnce = options.Pace.DeliveriesAtOnce, Memory = options.Pace.DeliveriesKept,
        };
        var shift = new WorkerShift(session, machine, new WorkerLog(Log) { Also = new RunMeters(parts.Meters) }) { Recorded = recorded, PushedAsync = parts.PushedAsync };
        await using var host = ServiceHost.Create(options, [endpoint.Map, .. parts.Routes], [new DatabaseReadiness(store), Disk(), .. parts.Checks], logs, time);
        await host.StartAsync(CancellationToken.None);

        using var end = CancellationTokenSource.CreateLinkedTokenSource(leaving);
        Task[] loops = [shift.WorkAsync(untilIdle: false, onlyOne: false, end.Token), processor.RunAsync(end.Token), .. parts.Loops.Select(loop => loop(end.Token))];
        try
        {
            // None ends before it is told to, unless it cannot go on; then the others must not pretend that all is well.
            await Task.WhenAny(loops);
        }
        finally
        {
            await end.CancelAsync();
            await host.StopAsync();
            await Task.WhenAll(loops);
        }
    }

    private static WebhookSignature? SignatureOf(ImmutableArray<string> secrets) => secrets.IsEmpty ? null : new WebhookSignature(secrets);

    private DiskReadiness Disk()
    {
        var limits = new OrchestrationOptions();
        return new DiskReadiness(session.Data.Root, limits.ReservedBytes, limits.ReservedFiles);
    }

    private void Log(WorkerLine line)
    {
        var said = new Said(line);
        _logger.Log(line.IsProblem ? LogLevel.Error : LogLevel.Information, eventId: default, said, exception: null, (_, _) => line.Text);
    }

    /// <summary>A line with its ids as values of their own, so that a journal can be asked for a run.</summary>
    private sealed class Said(WorkerLine line) : List<KeyValuePair<string, object?>>([new("Run", line.Run), new("Attempt", line.Attempt)])
    {
        public override string ToString() => line.Text;
    }
}
