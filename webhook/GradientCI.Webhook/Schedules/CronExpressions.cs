using System.Collections.Immutable;
using GradientCI.Specs;

namespace GradientCI.Webhook.Schedules;

/// <summary>Cron lines as Quartz writes them: with seconds, weekdays from Sunday as 1, and only one kind of day.</summary>
internal static class CronExpressions
{
    private const string Any = "*";
    private const string NoMatter = "?";

    /// <summary>The expressions that together are due when a line is.</summary>
    /// <remarks>
    /// Two for a line that restricts both the day of the month and the weekday: cron means either, and Quartz knows no "either". On
    /// a day that is both, both are due in the same minute.
    /// </remarks>
    public static ImmutableArray<string> Of(CronLine line)
    {
        var (minutes, hours, months) = (Field(line.Minutes, 60), Field(line.Hours, 24), Field(line.Months, 12));
        var days = $"0 {minutes} {hours} {Field(line.Days, 31)} {months} {NoMatter}";
        var weekdays = $"0 {minutes} {hours} {NoMatter} {months} {string.Join(',', line.Weekdays.Select(day => day + 1))}";

        // Quartz takes none that is never due.
        return line.IsAnyWeekday ? [days] : line.IsAnyDay || line.HasNoSuchDay ? [weekdays] : [days, weekdays];
    }

    private static string Field(ImmutableSortedSet<int> values, int all) => values.Count == all ? Any : string.Join(',', values);
}
