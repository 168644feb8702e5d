using System.Globalization;
using GradientCI.Comparisons;

namespace GradientCI.Core.Tests.Comparisons;

public sealed class ValueTextTests
{
    [Theory]
    [InlineData(0.934, "0.934")]
    [InlineData(0.93415926, "0.9342")]
    [InlineData(0.1 + 0.2, "0.3")]
    [InlineData(1, "1")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(0, "0")]
    [InlineData(-0.0, "0")]
    [InlineData(999.96, "1000")]
    [InlineData(12345.6, "12346")]
    [InlineData(123456789, "123456789")]
    [InlineData(1234567890, "1.235e+09")]
    [InlineData(0.0001234, "0.0001234")]
    [InlineData(0.000012, "1.2e-05")]
    [InlineData(0.000099999, "0.0001")]
    [InlineData(5e-324, "4.941e-324")]
    [InlineData(double.MaxValue, "1.798e+308")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void Values_have_four_digits(double value, string text) => ValueText.Of(value).ShouldBe(text);

    [Fact]
    public void Every_text_reads_back_within_its_digits()
    {
        var random = new Random(5);
        for (var at = 0; at < 20_000; at++)
        {
            var value = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-320, 309));

            var back = double.Parse(ValueText.Of(value), CultureInfo.InvariantCulture);

            back.ShouldBe(value, (Math.Abs(value) * 5.1e-4) + double.Epsilon);
        }
    }

    [Theory]
    [InlineData(0.008, "+0.008")]
    [InlineData(-0.008, "−0.008")]
    [InlineData(0, "0")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Infinity")]
    public void Differences_carry_their_sign(double value, string text) => ValueText.Difference(value).ShouldBe(text);

    [Theory]
    [InlineData(0.008639, "+0.86 %")]
    [InlineData(-0.05, "−5 %")]
    [InlineData(-0.123, "−12 %")]
    [InlineData(2.5, "+250 %")]
    [InlineData(0, "0 %")]
    public void Percentages_have_two_digits(double value, string text) => ValueText.Percent(value).ShouldBe(text);

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(0.25, "0.25s")]
    [InlineData(45.9, "45s")]
    [InlineData(125, "2m 5s")]
    [InlineData(21_600, "6h")]
    [InlineData(97_200, "1d 3h")]
    [InlineData(-60, "−1m")]
    public void Durations_name_two_units(double seconds, string text) => ValueText.Duration(TimeSpan.FromSeconds(seconds)).ShouldBe(text);
}
