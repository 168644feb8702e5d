using Microsoft.Extensions.Configuration;

namespace GradientCI.Webhook.Hosting;

/// <summary>How often the service looks by itself for what it was not told, and how much of what it is told it takes up at once.</summary>
public sealed record PaceOptions
{
    private const int MinutesOfADay = 24 * 60;

    // GitHub sends again what is up to three days old; what is forgotten by then would be taken for new.
    private const int FewestDays = 7;
    private const int MostDays = 3650;
    private const int MostAtOnce = 32;

    /// <summary>How long after each other the refs of all repositories are looked at.</summary>
    /// <value>5 minutes; from 1 to 1,440.</value>
    public TimeSpan BetweenLooks { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long after each other a forge is asked for deliveries that failed.</summary>
    /// <value>60 minutes; from 1 to 1,440.</value>
    public TimeSpan BetweenRedeliveries { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>How long after each other the heads of default branches are looked at for what they schedule.</summary>
    /// <value>5 minutes; from 1 to 1,440.</value>
    public TimeSpan BetweenSchedules { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The deliveries of how many repositories are seen to side by side: each may hold 25 MB of memory, and keep a git at work.</summary>
    /// <value>4; from 1 to 32.</value>
    public int DeliveriesAtOnce { get; init; } = 4;

    /// <summary>How long a delivery is remembered, so that none is taken twice.</summary>
    /// <value>90 days; from 7 to 3,650.</value>
    public TimeSpan DeliveriesKept { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Reads the section <c>Pace</c>.</summary>
    /// <param name="settings">All settings.</param>
    /// <param name="problems">Gets a sentence for each that is wrong.</param>
    /// <returns>The options; not to be used when there are problems.</returns>
    public static PaceOptions Read(IConfiguration settings, ICollection<string> problems)
    {
        var usual = new PaceOptions();
        return new PaceOptions
        {
            BetweenLooks = Minutes("RefsMinutes") ?? usual.BetweenLooks,
            BetweenRedeliveries = Minutes("RedeliveriesMinutes") ?? usual.BetweenRedeliveries,
            BetweenSchedules = Minutes("SchedulesMinutes") ?? usual.BetweenSchedules,
            DeliveriesAtOnce = settings.WholeOf("Pace:DeliveriesAtOnce", 1, MostAtOnce, problems) ?? usual.DeliveriesAtOnce,
            DeliveriesKept = settings.WholeOf("Pace:DeliveriesDays", FewestDays, MostDays, problems) is { } days ? TimeSpan.FromDays(days) : usual.DeliveriesKept,
        };

        TimeSpan? Minutes(string name) => settings.WholeOf($"Pace:{name}", 1, MinutesOfADay, problems) is { } minutes ? TimeSpan.FromMinutes(minutes) : null;
    }
}
