using System.Collections.Immutable;
using GradientCI.SearchSpaces;

namespace GradientCI.Testing.Optimization;

/// <summary>Ten functions in closed form, from the literature on global optimisation; the last is of our own making.</summary>
/// <remarks>Ackley and Rastrigin are boxed off centre, so that a sampler that favours the middle gains nothing by it.</remarks>
public static class TestFunctions
{
    private static readonly double[] Weights = [1.0, 1.2, 3.0, 3.2];

    private static readonly double[][] Steepness3 = [[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]];

    private static readonly double[][] Centres3 =
        [[0.3689, 0.1170, 0.2673], [0.4699, 0.4387, 0.7470], [0.1091, 0.8732, 0.5547], [0.0381, 0.5743, 0.8828]];

    private static readonly double[][] Steepness6 =
        [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]];

    private static readonly double[][] Centres6 =
    [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
        [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
        [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ];

    /// <summary>A training in miniature: log rates, whole numbers, steps, choices, and a momentum that only one optimizer has.</summary>
    public static TestFunction MixedConditional { get; } = new(
        "mixed_conditional",
        new SearchSpace(
        [
            new("lr", new FloatDomain(1e-5, 1e-1, Scale.Log), []),
            new("wd", new FloatDomain(1e-6, 1e-2, Scale.Log), []),
            new("layers", new IntDomain(1, 8), []),
            new("dropout", new FloatDomain(0, 0.5, Step: 0.05), []),
            new("opt", new ChoiceDomain([ParameterValue.Of("sgd"), ParameterValue.Of("adam"), ParameterValue.Of("rmsprop")]), []),
            new("bs", new ChoiceDomain([.. new long[] { 16, 32, 64, 128, 256 }.Select(ParameterValue.Of)]), []),
            new("momentum", new FloatDomain(0, 0.99), [new Condition("opt", [ParameterValue.Of("sgd")])]),
        ]),
        Training);

    /// <summary>All of them.</summary>
    public static ImmutableArray<TestFunction> All { get; } =
    [
        Of("branin", Branin, -0.39788735772973816, (-5, 10), (0, 15)),
        Of("camel6", Camel, 1.0316284534898774, (-3, 3), (-2, 2)),
        Of("hartmann3", x => Hartmann(x, Steepness3, Centres3), 3.8627797873327, Box(3, 0, 1)),
        Of("hartmann6", x => Hartmann(x, Steepness6, Centres6), 3.322368011391339, Box(6, 0, 1)),
        Of("rosenbrock5", Rosenbrock, 0, Box(5, -5, 10)),
        Of("ackley5_asym", Ackley, 0, Box(5, -10, 30)),
        Of("rastrigin5_asym", x => x.Sum(v => (v * v) - (10 * Math.Cos(2 * Math.PI * v)) + 10), 0, Box(5, -2.56, 5.12)),
        Of("styblinski5", x => x.Sum(v => (v * v * v * v) - (16 * v * v) + (5 * v)) / 2, 195.83082851885075, Box(5, -5, 5)),
        Of("levy4", Levy, 0, Box(4, -10, 10)),
        MixedConditional,
    ];

    /// <summary>One by its name.</summary>
    public static TestFunction Named(string name) => All.First(function => function.Name == name);

    private static double Training(ParameterSet set)
    {
        var (start, centre) = set["opt"]!.Value.ToString() switch { "sgd" => (0.05, -1.3), "adam" => (0, -3.0), _ => (0.1, -3.5) };
        var loss = start
            + (0.10 * Square(Math.Log10(Number("lr")) - centre)) + (0.02 * Square(Math.Log10(Number("wd")) + 4))
            + (0.01 * Square(Number("layers") - 4)) + (0.5 * Square(Number("dropout") - 0.2)) + (0.02 * Math.Abs(Math.Log2(Number("bs")) - 6));
        return set["momentum"] is { } momentum ? loss + (0.2 * Square(momentum.AsDouble - 0.9)) : loss;

        double Number(string name) => set[name]!.Value.AsDouble;
    }

    private static TestFunction Of(string name, Func<double[], double> value, double offset, params (double Low, double High)[] box) => new(
        name,
        new SearchSpace([.. box.Select((side, at) => new Parameter($"x{at}", new FloatDomain(side.Low, side.High), []))]),
        set => value([.. set.Select(item => item.Value.AsDouble)]) + offset);

    private static (double, double)[] Box(int dimensions, double low, double high) => [.. Enumerable.Repeat((low, high), dimensions)];

    private static double Branin(double[] x) =>
        Square(x[1] - (5.1 / (4 * Math.PI * Math.PI) * x[0] * x[0]) + (5 / Math.PI * x[0]) - 6) + (10 * (1 - (1 / (8 * Math.PI))) * Math.Cos(x[0])) + 10;

    private static double Camel(double[] x)
    {
        var (a, b) = (x[0] * x[0], x[1] * x[1]);
        return ((4 - (2.1 * a) + (a * a / 3)) * a) + (x[0] * x[1]) + ((-4 + (4 * b)) * b);
    }

    /// <summary>Hartmann's function in three or six dimensions, its hills lower by so much.</summary>
    internal static double Hartmann(double[] x, double lowered) =>
        x.Length == 3 ? Hartmann(x, Steepness3, Centres3, lowered) : Hartmann(x, Steepness6, Centres6, lowered);

    private static double Hartmann(double[] x, double[][] steepness, double[][] centres, double lowered = 0) =>
        -Enumerable.Range(0, 4).Sum(hill => (Weights[hill] - lowered) * Math.Exp(-x.Select((v, at) => steepness[hill][at] * Square(v - centres[hill][at])).Sum()));

    private static double Rosenbrock(double[] x) =>
        Enumerable.Range(0, x.Length - 1).Sum(at => (100 * Square(x[at + 1] - (x[at] * x[at]))) + Square(1 - x[at]));

    private static double Ackley(double[] x) =>
        (-20 * Math.Exp(-0.2 * Math.Sqrt(x.Average(v => v * v)))) - Math.Exp(x.Average(v => Math.Cos(2 * Math.PI * v))) + 20 + Math.E;

    private static double Levy(double[] x)
    {
        var w = x.Select(v => 1 + ((v - 1) / 4)).ToArray();
        return Square(Math.Sin(Math.PI * w[0]))
            + w[..^1].Sum(v => Square(v - 1) * (1 + (10 * Square(Math.Sin((Math.PI * v) + 1)))))
            + (Square(w[^1] - 1) * (1 + Square(Math.Sin(2 * Math.PI * w[^1]))));
    }

    private static double Square(double value) => value * value;
}
