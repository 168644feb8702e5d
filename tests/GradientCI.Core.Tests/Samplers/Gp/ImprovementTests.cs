using GradientCI.Samplers.Gp;

namespace GradientCI.Core.Tests.Samplers.Gp;

public sealed class ImprovementTests
{
    // Computed with mpmath to 60 digits.
    [Theory]
    [InlineData(3, 1.0987396653277078, 0.33284096845179524)]
    [InlineData(0, -0.91893853320467274, 1.2533141373155003)]
    [InlineData(-0.5, -1.6205162643873199, 1.5598731483480797)]
    [InlineData(-1, -2.4851210257126413, 1.9042712333296918)]
    [InlineData(-1.5, -3.5299359208057099, 2.2795806941564462)]
    [InlineData(-4, -11.849061577550663, 4.4324837418731183)]
    [InlineData(-9.99, -55.451227285978312, 10.184567051915803)]
    [InlineData(-10.01, -55.655114947775421, 10.204199353568103)]
    public void Of_NearAndFar_IsWhatManyDigitsSay(double z, double log, double slope)
    {
        var (actual, actualSlope) = Improvement.Of(z);

        actual.ShouldBe(log, 1e-12 * Math.Max(1, Math.Abs(log)));
        actualSlope.ShouldBe(slope, 1e-11 * slope);
    }

    [Theory]
    [InlineData(-40, -808.29856835661996)]
    [InlineData(-1000, -500014.73445209116)]
    [InlineData(-1e8, -5000000000000037.8)]
    public void Of_WhereExpectedImprovementIsZeroAsANumber_StillTellsPointsApart(double z, double log)
    {
        var (actual, slope) = Improvement.Of(z);

        actual.ShouldBe(log, 1e-14 * -log);
        slope.ShouldBe(-z + (2 / -z), 1e-3);
    }
}
