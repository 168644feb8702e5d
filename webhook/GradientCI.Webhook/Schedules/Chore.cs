using GradientCI.Specs;

namespace GradientCI.Webhook.Schedules;

/// <summary>Something that the service does time and again.</summary>
/// <param name="Name">One word, by which it is known over restarts.</param>
/// <param name="RunAsync">Does it once; whatever goes wrong is logged, and it is done again when it is due again.</param>
public sealed record Chore(string Name, Func<CancellationToken, Task> RunAsync)
{
    /// <summary>How often: at the start of the service, and then after each such time. Null for a chore with a cron line.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>When, in UTC: what was missed while no service ran is done once. Null for a chore with an interval.</summary>
    public CronLine? At { get; init; }
}
