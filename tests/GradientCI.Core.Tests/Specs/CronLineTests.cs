using GradientCI.Specs;

namespace GradientCI.Core.Tests.Specs;

public sealed class CronLineTests
{
    [Theory]
    [InlineData("0 3 * * 1", "0", "3", 31, 12, "1")]
    [InlineData("*/20 0-6/3,12 1 1 5-7", "0,20,40", "0,3,6,12", 1, 1, "0,5,6")]
    [InlineData("10/20 9 * * 0,7", "10,30,50", "9", 31, 12, "0")]
    [InlineData("59  23  31  12  6", "59", "23", 1, 1, "6")]
    public void A_line_is_sets_of_numbers(string text, string minutes, string hours, int days, int months, string weekdays)
    {
        var line = CronLine.TryParse(text).ShouldNotBeNull();

        string.Join(',', line.Minutes).ShouldBe(minutes);
        string.Join(',', line.Hours).ShouldBe(hours);
        line.Days.Count.ShouldBe(days);
        line.Months.Count.ShouldBe(months);
        string.Join(',', line.Weekdays).ShouldBe(weekdays);
    }

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("* * * * * *")]
    [InlineData("60 * * * *")]
    [InlineData("* 24 * * *")]
    [InlineData("* * 0 * *")]
    [InlineData("* * * 13 *")]
    [InlineData("* * * * 8")]
    [InlineData("22-2 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("1/2/3 * * * *")]
    [InlineData("1-2-3 * * * *")]
    [InlineData("-1 * * * *")]
    [InlineData("MON * * * *")]
    [InlineData(", * * * *")]
    public void What_is_no_line_is_none(string text) => CronLine.TryParse(text).ShouldBeNull();

    [Theory]
    [InlineData("0 0 30 2 *", true)]
    [InlineData("0 0 31 2,4,6,9,11 *", true)]
    [InlineData("0 0 29 2 *", false)]
    [InlineData("0 0 31 4,5 *", false)]
    [InlineData("0 0 30 2 1", false)]
    [InlineData("0 0 * * *", false)]
    public void A_day_that_never_comes_is_noticed(string text, bool never) => CronLine.TryParse(text)!.NeverFires.ShouldBe(never);
}
