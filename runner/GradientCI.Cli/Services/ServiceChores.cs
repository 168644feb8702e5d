using System.Collections.Immutable;
using GradientCI.Runner.Executors.Docker;
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
    private static readonly TimeSpan BetweenImageLooks = TimeSpan.FromHours(1);

    /// <summary>The chores that find what was missed, and those that somebody asked for.</summary>
    public static ImmutableArray<Chore> Of(
        Session session, EngineImages images, ServiceOptions options, IForgeHistory history, HeadWatch watch, Func<CancellationToken, Task> setSchedules, ILoggerFactory logs)
    {
        var (data, store, time, upkeep, pace) = (session.Data, session.Store, session.Terminal.Time, options.Upkeep, options.Pace);
        var hookUrl = options.PublicUrl is { } url ? url + DeliveryEndpoint.Path : null;
        var redeliveries = new Redeliveries(history, store, hookUrl, time, logs.CreateLogger<Redeliveries>());
        var chores = ImmutableArray.CreateBuilder<Chore>();
        chores.Add(new Chore("redeliveries", redeliveries.AskAsync) { Every = pace.BetweenRedeliveries });
        chores.Add(new Chore("heads", watch.LookAsync) { Every = pace.BetweenLooks });

        // Of repositories of this machine another worker may have heard, or nobody.
        chores.Add(new Chore("schedules", setSchedules) { Every = pace.BetweenSchedules });
        var pruning = new Pruning(data, store, new SharedFolders(data, store, store));
        chores.Add(new Chore("retention", new ScheduledPruning(pruning, store, upkeep, time, logs.CreateLogger<ScheduledPruning>()).RunAsync) { At = upkeep.DeleteAt });
        if (upkeep.KeepImagesFor is not null || upkeep.ImageRoom is not null)
        {
            chores.Add(new Chore("images", new ScheduledImagePruning(new ImagePruning(images, store), upkeep, time, logs.CreateLogger<ScheduledImagePruning>()).RunAsync) { Every = BetweenImageLooks });
        }

        if (upkeep.BackupFolder is not null)
        {
            chores.Add(new Chore("backup", new ScheduledBackup(data, upkeep, time, logs.CreateLogger<ScheduledBackup>()).RunAsync) { At = upkeep.BackUpAt });
        }

        return chores.ToImmutable();
    }
}
