using System.Runtime.Intrinsics;
using GradientCI.Samplers.Gp;

namespace GradientCI.Core.Tests.Samplers.Gp;

public sealed class LanesTests
{
    [Fact]
    public void Exp_NotAboveZero_IsExactButForTheLastDigits()
    {
        for (var exponent = -700.0; exponent <= 0; exponent += 0.0871)
        {
            var expected = Math.Exp(exponent);

            (Lanes.Exp(Vector256.Create(exponent))[2] / expected).ShouldBe(1, 1e-15);
        }
    }

    [Fact]
    public void Exp_FarBelowZero_IsSmallAndPositive()
    {
        var lanes = Lanes.Exp(Vector256.Create(0, -1e3, -1e300, double.NegativeInfinity));

        lanes[0].ShouldBe(1);
        lanes[1].ShouldBeInRange(double.Epsilon, 1e-300);
        lanes[2].ShouldBe(lanes[1]);
        lanes[3].ShouldBe(lanes[1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(11)]
    [InlineData(16)]
    public void Dot_AnyLength_SumsAllProducts(int length)
    {
        var row = Lanes.Room(length);
        for (var at = 0; at < length; at++)
        {
            row[at] = at + 1;
        }

        Lanes.Dot(Lanes.Over(row), Lanes.Over(row)).ShouldBe(Enumerable.Range(1, length).Sum(at => at * at));
    }
}
