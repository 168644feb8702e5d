namespace GradientCI.Webhook.Schedules;

/// <summary>What a run says of the schedule that asked for it, so that what is due once makes one run.</summary>
internal static class ScheduleOrigin
{
    private const string Prefix = "schedule ";

    /// <summary>The origin of a run that is due.</summary>
    public static string Of(DueRun due) => $"{Prefix}{due.Experiment} {due.At}";

    /// <summary>Whether a schedule asked for it.</summary>
    public static bool IsSchedule(string origin) => origin.StartsWith(Prefix, StringComparison.Ordinal);
}
