using System.Collections.Immutable;
using GradientCI.SearchSpaces;

namespace GradientCI.Testing.Optimization;

/// <summary>A training in closed form: a loss for each parameter set and epoch, and what a set is truly worth.</summary>
/// <param name="Name">For people.</param>
/// <param name="Space">What is searched.</param>
/// <param name="First">The first epoch that gives a loss.</param>
/// <param name="Last">The last epoch.</param>
/// <param name="Regret">How far a set is from the best there is, once it is trained.</param>
/// <param name="Loss">The loss at an epoch, with a draw from the standard normal distribution for its noise.</param>
public sealed record LearningCurve(
    string Name, SearchSpace Space, int First, int Last, Func<ParameterSet, double> Regret, Func<ParameterSet, int, double, double> Loss)
{
    /// <summary>
    /// Curves that cross: <c>hartmann6(x) + 3.32237 + (1.5 + 2 x1) · e^-(0.4 + 0.6 x0) + N(0, 0.02)</c> at epoch e of 81.
    /// Its figures for Optuna's pruners are in bench/README.md.
    /// </summary>
    public static LearningCurve Crossing { get; } = CrossingOf(TestFunctions.Named("hartmann6"));

    /// <summary>
    /// Hartmann functions that mislead while they are cheap, as mf-prior-bench defines them: heights lowered by
    /// <c>bias · (1 - log z / log 100)</c>, noise of the same shape, z from 3 to 100.
    /// </summary>
    public static ImmutableArray<LearningCurve> Misleading { get; } =
    [
        .. new[] { (Name: "hartmann3", Optimum: 3.8627797873327), (Name: "hartmann6", Optimum: 3.322368011391339) }.SelectMany(function =>
            new[] { ("good", 2.5, 2.0), ("moderate", 3.0, 3.0), ("bad", 3.5, 4.0), ("terrible", 4.0, 5.0) }
                .Select(variant => MisleadingOf(function.Name, function.Optimum, variant.Item1, variant.Item2, variant.Item3))),
    ];

    private static LearningCurve CrossingOf(TestFunction hartmann) => new(
        "crossing", hartmann.Space, 1, 81, hartmann.Regret,
        (set, epoch, noise) => hartmann.Regret(set)
            + ((1.5 + (2 * set["x1"]!.Value.AsDouble)) * Math.Pow(epoch, -(0.4 + (0.6 * set["x0"]!.Value.AsDouble)))) + (0.02 * noise));

    private static LearningCurve MisleadingOf(string name, double optimum, string variant, double bias, double sigma)
    {
        var function = TestFunctions.Named(name);
        return new LearningCurve($"{name} {variant}", function.Space, 3, 100, function.Regret, (set, epoch, noise) =>
        {
            var missing = 1 - (Math.Log(epoch) / Math.Log(100));
            return TestFunctions.Hartmann([.. set.Select(item => item.Value.AsDouble)], lowered: bias * missing) + optimum + (Math.Abs(noise) * sigma * missing);
        });
    }
}
