using System.Collections.Immutable;

namespace GradientCI.Testing.Optimization;

/// <summary>What rivals reach on the test functions.</summary>
/// <remarks>
/// Medians of the best regret over 50 seeds, measured from the definitions beside this file with Optuna 5.0.0.dev of
/// 2026-08-21, all settings at their defaults (MIT licence; numbers only, none of its code).
/// </remarks>
public static class Rivals
{
    /// <summary>By the function's name.</summary>
    public static ImmutableSortedDictionary<string, Rival> All { get; } = new Dictionary<string, Rival>(StringComparer.Ordinal)
    {
        ["branin"] = new(0.02952, 0.003213, 0.3068, 0.1397, 0.009948, 8.172e-6),
        ["camel6"] = new(0.003701, 0.0008259, 0.1135, 0.06557, 0.0006788, 6.556e-7),
        ["hartmann3"] = new(0.01368, 0.003583, 0.298, 0.1427, 0.0589, 0.001685),
        ["hartmann6"] = new(0.09933, 0.03219, 1.199, 1.036, 0.3185, 0.04106),
        ["rosenbrock5"] = new(102.4, 24.37, 3421, 2015, 126, 10.3),
        ["ackley5_asym"] = new(4.749, 3.264, 13.88, 13.27, 6.191, 2.748),
        ["rastrigin5_asym"] = new(22.89, 15.86, 30.86, 29.61, 19.41, 16.48),
        ["styblinski5"] = new(31.18, 28.92, 56.02, 48.08, 38.84, 16.96),
        ["levy4"] = new(0.177, 0.07538, 3.075, 2.472, 0.1474, 0.008137),
        ["mixed_conditional"] = new(0.02008, 0.0006159, 0.05745, 0.0457, 0.0172, 0.01085),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);
}

/// <summary>Median regrets on one function.</summary>
/// <param name="Tpe100">Of Optuna's default sampler after 100 trials.</param>
/// <param name="Tpe200">After 200.</param>
/// <param name="Random100">Of random search after 100 trials.</param>
/// <param name="Random200">After 200.</param>
/// <param name="Cma100">Of its CMA-ES after 100 trials.</param>
/// <param name="Cma200">After 200.</param>
public sealed record Rival(double Tpe100, double Tpe200, double Random100, double Random200, double Cma100, double Cma200);
