using System.Data.Common;

namespace GradientCI.Webhook.Schedules;

/// <summary>The file in which Quartz keeps what is due when; made when there is none.</summary>
/// <remarks>
/// It is none of the record's tables: Quartz brings its own, and its own locks, and all that is in it follows from manifests and settings.
/// So no backup needs it, and it may be removed while no service runs.
/// </remarks>
/// <param name="Path">The file.</param>
/// <param name="Provider">SQLite's.</param>
public sealed record ScheduleFile(string Path, DbProviderFactory Provider)
{
    private const int PatienceSeconds = 30;

    /// <summary>How it is opened.</summary>
    internal string Connection => new DbConnectionStringBuilder { ["Data Source"] = Path, ["Default Timeout"] = PatienceSeconds }.ConnectionString;
}
