using System.Collections.Immutable;
using GradientCI.SearchSpaces;

namespace GradientCI.Testing.Optimization;

/// <summary>Problems of several losses in closed form, from the literature; the last is of our own making.</summary>
/// <remarks>
/// Zitzler, Deb and Thiele (2000), in six dimensions; Kursawe (1991); Binh and Korn (1997); Osyczka and Kundu (1995); Deb, Thiele, Laumanns and
/// Zitzler (2002), of three losses in six dimensions. Violations are measured in parts of the bound that is missed.
/// </remarks>
public static class FrontProblems
{
    /// <summary>A training in miniature that is to be good, fast and small: log rates, whole numbers, choices, and a momentum that only one optimizer has.</summary>
    public static FrontProblem MixedTraining { get; } = new(
        "mixed_training", TestFunctions.MixedConditional.Space, [1, 60], set =>
        {
            double layers = set["layers"]!.Value.AsDouble, batch = set["bs"]!.Value.AsDouble;
            return [TestFunctions.MixedConditional.Regret(set), (layers * layers) + (512 / batch) + (set["momentum"] is null ? 2 : 0)];
        });

    /// <summary>All of them.</summary>
    public static ImmutableArray<FrontProblem> All { get; } =
    [
        new("zdt1", Box(6, 0, 1), [1.1, 6], set => Zdt(X(set), (ratio, _) => 1 - Math.Sqrt(ratio))),
        new("zdt2", Box(6, 0, 1), [1.1, 6], set => Zdt(X(set), (ratio, _) => 1 - (ratio * ratio))),
        new("zdt3", Box(6, 0, 1), [1.1, 6], set => Zdt(X(set), (ratio, first) => 1 - Math.Sqrt(ratio) - (ratio * Math.Sin(10 * Math.PI * first)))),
        new("kursawe", Box(3, -5, 5), [-14, 1], set => Kursawe(X(set))),
        new("binh_korn", Space((0, 5), (0, 3)), [140, 50], set => BinhKorn(X(set)))
        {
            Violation = set => X(set) is var x ? Math.Max(0, (Square(x[0] - 5) + Square(x[1]) - 25) / 25) + Math.Max(0, (7.7 - Square(x[0] - 8) - Square(x[1] + 3)) / 7.7) : 0,
        },
        new("osyczka", Space((0, 10), (0, 10), (1, 5), (0, 6), (1, 5), (0, 10)), [0, 100], set => Osyczka(X(set)))
        {
            Violation = set => OsyczkaMissed(X(set)).Sum(missed => Math.Max(0, missed)),
        },
        new("dtlz2", Box(6, 0, 1), [1.5, 1.5, 1.5], set => Dtlz2(X(set))),
        MixedTraining,
    ];

    /// <summary>One by its name.</summary>
    public static FrontProblem Named(string name) => All.First(problem => problem.Name == name);

    private static double[] Zdt(double[] x, Func<double, double, double> shape)
    {
        var far = 1 + (9 * x.Skip(1).Sum() / (x.Length - 1));
        return [x[0], far * shape(x[0] / far, x[0])];
    }

    private static double[] Kursawe(double[] x) =>
    [
        Enumerable.Range(0, 2).Sum(at => -10 * Math.Exp(-0.2 * Math.Sqrt(Square(x[at]) + Square(x[at + 1])))),
        x.Sum(v => Math.Pow(Math.Abs(v), 0.8) + (5 * Math.Sin(v * v * v))),
    ];

    private static double[] BinhKorn(double[] x) => [4 * (Square(x[0]) + Square(x[1])), Square(x[0] - 5) + Square(x[1] - 5)];

    private static double[] Osyczka(double[] x) =>
        [-((25 * Square(x[0] - 2)) + Square(x[1] - 2) + Square(x[2] - 1) + Square(x[3] - 4) + Square(x[4] - 1)), x.Sum(Square)];

    private static double[] OsyczkaMissed(double[] x) =>
    [
        (2 - x[0] - x[1]) / 2, (x[0] + x[1] - 6) / 6, (x[1] - x[0] - 2) / 2, (x[0] - (3 * x[1]) - 2) / 2,
        (Square(x[2] - 3) + x[3] - 4) / 4, (4 - Square(x[4] - 3) - x[5]) / 4,
    ];

    private static double[] Dtlz2(double[] x)
    {
        var far = 1 + x.Skip(2).Sum(v => Square(v - 0.5));
        double one = x[0] * Math.PI / 2, other = x[1] * Math.PI / 2;
        return [far * Math.Cos(one) * Math.Cos(other), far * Math.Cos(one) * Math.Sin(other), far * Math.Sin(one)];
    }

    private static double[] X(ParameterSet set) => [.. set.Select(item => item.Value.AsDouble)];

    private static SearchSpace Box(int dimensions, double low, double high) => Space([.. Enumerable.Repeat((low, high), dimensions)]);

    private static SearchSpace Space(params (double Low, double High)[] bounds) =>
        new([.. bounds.Select((bound, at) => new Parameter($"x{at}", new FloatDomain(bound.Low, bound.High), []))]);

    private static double Square(double value) => value * value;
}
