using GradientCI.Specs;
using GradientCI.Webhook.Schedules;
using Quartz;

namespace GradientCI.Webhook.Tests.Schedules;

public sealed class CronExpressionsTests
{
    // A Thursday.
    private static readonly DateTimeOffset NewYear = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0 3 * * *", "2026-01-01 03:00", "2026-01-02 03:00")]
    [InlineData("0 3 * * 1", "2026-01-05 03:00", "2026-01-12 03:00")]
    [InlineData("0 3 * * 0", "2026-01-04 03:00", "2026-01-11 03:00")]
    [InlineData("0 3 * * 7", "2026-01-04 03:00", "2026-01-11 03:00")]
    [InlineData("30 1 * * 6-7", "2026-01-03 01:30", "2026-01-04 01:30")]
    [InlineData("*/20 0 * * *", "2026-01-01 00:20", "2026-01-01 00:40")]
    [InlineData("0 0 1 * 1", "2026-01-05 00:00", "2026-01-12 00:00")]
    [InlineData("0 0 2 * 5", "2026-01-02 00:00", "2026-01-09 00:00")]
    [InlineData("0 0 29 2 *", "2028-02-29 00:00", "2032-02-29 00:00")]
    [InlineData("0 12 31 * *", "2026-01-31 12:00", "2026-03-31 12:00")]
    public void A_line_is_due_when_cron_would_have_it(string line, string first, string second)
    {
        var one = NextOf(line, NewYear);

        one.ToString("yyyy-MM-dd HH:mm").ShouldBe(first);
        NextOf(line, one).ToString("yyyy-MM-dd HH:mm").ShouldBe(second);
    }

    [Theory]
    [InlineData("0 0 30 2 1")]
    [InlineData("0 0 31 2,4 1")]
    public void A_day_that_no_month_has_beside_a_weekday_ended_the_service(string line) =>
        CronExpressions.Of(CronLine.TryParse(line)!).ShouldHaveSingleItem().ShouldContain("?");

    private static DateTimeOffset NextOf(string line, DateTimeOffset after) =>
        CronExpressions.Of(CronLine.TryParse(line)!).Min(text => CronExpression.Parse(text, CronFormat.Quartz).GetNextValidTimeAfter(after)!.Value);
}
