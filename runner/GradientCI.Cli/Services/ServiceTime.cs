using GradientCI.Cli.Runs;
using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Webhook.Forges.GitHub.Events;
using GradientCI.Webhook.Hosting;
using GradientCI.Webhook.Reconciliation;
using GradientCI.Webhook.Schedules;
using GradientCI.Webhook.Triggers;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace GradientCI.Cli.Services;

/// <summary>What the service does without being told: what was missed, what is scheduled, and its chores.</summary>
/// <param name="Events">Told what happened at the forge; remembers it, and follows the schedules.</param>
/// <param name="HandleOwnAsync">Does what deliveries ask for that the service made itself.</param>
/// <param name="PushedAsync">Told that the runs of a push are recorded which a hook of this machine left.</param>
/// <param name="RunAsync">What it does all the time until it is told to leave.</param>
internal sealed record ServiceTime(
    IForgeEvents Events,
    Func<Delivery, CancellationToken, Task<DeliveryOutcome?>> HandleOwnAsync,
    Func<ProjectId, CancellationToken, Task> PushedAsync,
    Func<CancellationToken, Task> RunAsync)
{
    /// <summary>Puts it together.</summary>
    public static ServiceTime Assemble(Session session, Machine machine, ServiceOptions options, ServiceForge served, IForgeEvents events, ILoggerFactory logs)
    {
        var (forge, data, store, time) = (served.Forge, session.Data, session.Store, session.Terminal.Time);
        var file = new ScheduleFile(data.Schedules, SqliteFactory.Instance);
        var watch = new HeadWatch(data, forge, store, store, store, time, logs.CreateLogger<HeadWatch>());

        // Each needs the other: the clock is told of schedules, and tells when to look for them.
        ProjectSchedules? schedules = null;
        var chores = ServiceChores.Of(session, machine.Containers.Images, options, served.History, watch, token => schedules!.SetAllAsync(token), logs);
        var clock = new ServiceClock(file, chores, new DueRuns(store, store, time), time, logs);
        schedules = new ProjectSchedules(data, store, store, clock, logs.CreateLogger<ProjectSchedules>());
        var followed = new ScheduledEvents(new RememberedEvents(events, store, store, watch), store, schedules);
        var found = new FoundDeliveries(followed, forge);
        var scheduled = new ScheduledRuns(data, store, store, forge, machine.Provenance, machine.Executor.Name, time);
        return new ServiceTime(
            followed,
            async (delivery, token) => await found.HandleAsync(delivery, token) ?? await scheduled.HandleAsync(delivery, token),
            schedules.TrySetAsync,
            async token =>
            {
                await schedules.SetAllAsync(token);
                await clock.RunAsync(token);
            });
    }
}
