using GradientCI.Specs;
using Microsoft.Extensions.Configuration;

namespace GradientCI.Webhook.Hosting;

/// <summary>What the service keeps in order by itself. Nothing, unless somebody says so.</summary>
public sealed record UpkeepOptions
{
    private const int DefaultBackups = 7;
    private const int Most = 100_000;

    /// <summary>How many of the newest runs of each experiment stay; null to delete none.</summary>
    public int? KeepRuns { get; init; }

    /// <summary>How long ago a run must have ended to be deleted.</summary>
    public TimeSpan KeepRunsFor { get; init; }

    /// <summary>When runs are deleted, in UTC.</summary>
    /// <value>Every night at 4.</value>
    public CronLine DeleteAt { get; init; } = CronLine.TryParse("0 4 * * *")!;

    /// <summary>How long no run must have used a container image to be removed; null to remove none for its age.</summary>
    public TimeSpan? KeepImagesFor { get; init; }

    /// <summary>Bytes that are to be free where the Docker Engine keeps images; unused ones are removed for them. Null to remove none for room.</summary>
    public long? ImageRoom { get; init; }

    /// <summary>The folder that backups are put into, absolute; null to make none.</summary>
    public string? BackupFolder { get; init; }

    /// <summary>How many backups stay.</summary>
    /// <value>7; at least 1.</value>
    public int KeepBackups { get; init; } = DefaultBackups;

    /// <summary>When a backup is made, in UTC.</summary>
    /// <value>Every night at 3.</value>
    public CronLine BackUpAt { get; init; } = CronLine.TryParse("0 3 * * *")!;

    /// <summary>Reads the sections <c>Retention</c> and <c>Backup</c>.</summary>
    /// <param name="settings">All settings.</param>
    /// <param name="problems">Gets a sentence for each that is wrong.</param>
    /// <returns>The options; not to be used when there are problems.</returns>
    public static UpkeepOptions Read(IConfiguration settings, ICollection<string> problems)
    {
        var usual = new UpkeepOptions();
        return new UpkeepOptions
        {
            KeepRuns = ReadCount(settings, "Retention:Keep", problems),
            KeepRunsFor = TimeSpan.FromDays(ReadCount(settings, "Retention:Days", problems) ?? 0),
            DeleteAt = ReadLine(settings, "Retention:Schedule", problems) ?? usual.DeleteAt,
            KeepImagesFor = ReadCount(settings, "Retention:ImageDays", problems) is { } days ? TimeSpan.FromDays(days) : null,
            ImageRoom = ReadCount(settings, "Retention:ImageFreeGiB", problems) is { } room ? (long)room << 30 : null,
            BackupFolder = ReadFolder(settings, problems),
            KeepBackups = ReadCount(settings, "Backup:Keep", problems) ?? usual.KeepBackups,
            BackUpAt = ReadLine(settings, "Backup:Schedule", problems) ?? usual.BackUpAt,
        };
    }

    private static int? ReadCount(IConfiguration settings, string name, ICollection<string> problems) => settings.WholeOf(name, 1, Most, problems);

    private static CronLine? ReadLine(IConfiguration settings, string name, ICollection<string> problems)
    {
        if (settings[name] is not { Length: > 0 } text)
        {
            return null;
        }

        if (CronLine.TryParse(text) is { NeverFires: false } line)
        {
            return line;
        }

        problems.Add($"{name} is '{text}', which is no cron line, or is never due: write five fields, in UTC, such as 0 4 * * *.");
        return null;
    }

    private static string? ReadFolder(IConfiguration settings, ICollection<string> problems)
    {
        if (settings["Backup:Folder"] is not { Length: > 0 } text)
        {
            return null;
        }

        if (!Path.IsPathFullyQualified(text))
        {
            problems.Add($"Backup:Folder is '{text}': write the whole path, on another disk than the data folder's.");
        }

        return Path.GetFullPath(text);
    }
}
