using System.Collections.Immutable;
using GradientCI.Runner.Retention;
using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Hosting;
using GradientCI.Webhook.Intake;
using GradientCI.Webhook.Reconciliation;
using GradientCI.Webhook.Schedules;
using Microsoft.Extensions.Logging;

namespace GradientCI.Cli.Services;

/// <summary>What the service does time and again, beside what it is told.</summary>
internal static class ServiceChores
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan BetweenRedeliveries = TimeSpan.FromHours(1);

    /// <summary>The chores that find what was missed, and those that somebody asked for.</summary>
    public static ImmutableArray<Chore> Of(Session session, ServiceOptions options, IForgeHistory history, HeadWatch watch, ILoggerFactory logs)
    {
        var (data, store, time, upkeep) = (session.Data, session.Store, session.Terminal.Time, options.Upkeep);
        var hookUrl = options.PublicUrl is { } url ? url + DeliveryEndpoint.Path : null;
        var redeliveries = new Redeliveries(history, store, hookUrl, time, logs.CreateLogger<Redeliveries>());
        var chores = ImmutableArray.CreateBuilder<Chore>();
        chores.Add(new Chore("redeliveries", redeliveries.AskAsync) { Every = BetweenRedeliveries });
        chores.Add(new Chore("heads", watch.LookAsync) { Every = BetweenLooks });
        if (upkeep.KeepRuns is not null)
        {
            chores.Add(new Chore("retention", new ScheduledPruning(new Pruning(data, store, new SharedFolders(data, store, store)), upkeep, time, logs.CreateLogger<ScheduledPruning>()).RunAsync) { At = upkeep.DeleteAt });
        }

        if (upkeep.BackupFolder is not null)
        {
            chores.Add(new Chore("backup", new ScheduledBackup(data, upkeep, time, logs.CreateLogger<ScheduledBackup>()).RunAsync) { At = upkeep.BackUpAt });
        }

        return chores.ToImmutable();
    }
}
