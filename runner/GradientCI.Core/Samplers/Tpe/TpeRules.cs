namespace GradientCI.Samplers.Tpe;

/// <summary>The constants of the search, none of them fitted to a problem, and where they come from.</summary>
/// <remarks>
/// Those marked (O) are the defaults that Optuna 5 documents for its TPESampler; (B) is Bergstra et al., "Algorithms for
/// hyper-parameter optimization" (2011), from which they descend. docs/adr/0020 tells of the two that are our own.
/// </remarks>
internal static class TpeRules
{
    /// <summary>Results that must be known before they are learned from (O).</summary>
    public const int Beginning = 10;

    /// <summary>Draws among which a proposal is chosen (O, B).</summary>
    public const int Candidates = 24;

    /// <summary>The weight of the kernel that covers the whole space, beside 1 for an observation (O).</summary>
    public const double PriorWeight = 1;

    /// <summary>The good sets, at most (O).</summary>
    public const int MostGood = 25;

    /// <summary>The bad sets that are looked at beside those that run, the newest: the cost of a proposal stays flat. Our own.</summary>
    public const int MostBad = 500;

    /// <summary>While others run: how wide a kernel around a good set is, in standard deviations of the good sets. Our own.</summary>
    public const double CrowdedWidth = 1.5;

    /// <summary>Sets that ran to their end, from which on pruned ones are not good any more. Our own: as many as it takes to tell whether a rung foretells anything.</summary>
    public const int Complete = 5;

    private const double GoodShare = 0.1;
    private const int FullWeight = 25;
    private const double MostSlices = 100;

    /// <summary>How many of the results are good: a tenth, at most <see cref="MostGood"/> (O).</summary>
    public static int GoodOf(int results) => Math.Min((int)Math.Ceiling(GoodShare * results), MostGood);

    /// <summary>
    /// The least width of a kernel in a part of the range: 1 / (kernels + 1), at most 100 of them (O). Around the good sets
    /// it is half of that, which is our own: there are few of them, and a kernel as wide as a twelfth of every range
    /// cannot aim.
    /// </summary>
    public static double LeastWidth(int kernels, bool isGood) => (isGood ? 0.5 : 1) / Math.Min(MostSlices, kernels + 1);

    /// <summary>
    /// The weights of good sets while others run: by how much they beat the best of the rest (Song et al., "A general recipe for
    /// likelihood-free Bayesian optimization", 2022). Each counts 1 on average; all the same where gains say nothing.
    /// </summary>
    public static double[] Weights(List<double> gains) =>
        gains.Sum() is var sum and > 0 && double.IsFinite(sum) ? [.. gains.Select(gain => gain * gains.Count / sum)] : [.. gains.Select(_ => 1.0)];

    /// <summary>The weights of observations in order of proposal: the newest 25 count fully, older ones the less the older (O).</summary>
    public static double[] Weights(int observations)
    {
        var ramp = observations - FullWeight;
        var least = 1.0 / Math.Max(1, observations);
        return [.. Enumerable.Range(0, observations).Select(at => at >= ramp ? 1 : least + ((1 - least) * at / Math.Max(1, ramp - 1)))];
    }
}
