using GradientCI.Samplers.Gp;

namespace GradientCI.Core.Tests.Samplers.Gp;

public sealed class LbfgsTests
{
    [Fact]
    public void Descend_BentValley_FindsItsLowestPoint()
    {
        double[] point = [-1.2, 1];

        var value = Lbfgs.Descend(Valley, point, [-5, -5], [5, 5], 200, 1e-14);

        value.ShouldBe(0, 1e-8);
        point[0].ShouldBe(1, 1e-3);
    }

    [Fact]
    public void Descend_LowestPointOutsideTheBox_EndsAtItsSide()
    {
        double[] point = [-1.2, 1];

        Lbfgs.Descend(Valley, point, [-5, -5], [0.5, 5], 200, 1e-14);

        point[0].ShouldBe(0.5, 1e-9);
        point[1].ShouldBe(0.25, 1e-4);
    }

    [Fact]
    public void Descend_NotFinite_StaysWhereItIs()
    {
        double[] point = [0.3];

        Lbfgs.Descend((_, _) => double.NaN, point, [0], [1], 10, 1e-6).ShouldBe(double.NaN);

        point.ShouldBe([0.3]);
    }

    private static double Valley(ReadOnlySpan<double> at, Span<double> gradient)
    {
        var (off, left) = (at[1] - (at[0] * at[0]), 1 - at[0]);
        gradient[0] = (-400 * at[0] * off) - (2 * left);
        gradient[1] = 200 * off;
        return (100 * off * off) + (left * left);
    }
}
