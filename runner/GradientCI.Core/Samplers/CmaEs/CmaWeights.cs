namespace GradientCI.Samplers.CmaEs;

/// <summary>How much each set of a generation counts by its rank, and how fast what was learned before fades: table 1 of the tutorial.</summary>
internal sealed class CmaWeights
{
    private readonly double[] _byRank;

    /// <summary>The defaults for a number of dimensions and a population.</summary>
    public CmaWeights(int dimensions, int population)
    {
        var n = (double)dimensions;
        Population = population;
        Parents = population / 2;
        var raw = Enumerable.Range(1, population).Select(rank => Math.Log((population + 1) / 2.0) - Math.Log(rank)).ToArray();
        Mass = Effective(raw[..Parents]);
        var badMass = Effective(raw[Parents..]);

        PathFade = (4 + (Mass / n)) / (n + 4 + (2 * Mass / n));
        StepFade = (Mass + 2) / (n + Mass + 5);
        StepDamping = 1 + (2 * Math.Max(0, Math.Sqrt((Mass - 1) / (n + 1)) - 1)) + StepFade;
        PathRate = 2 / (((n + 1.3) * (n + 1.3)) + Mass);
        RankRate = Math.Min(1 - PathRate, 2 * (0.25 + Mass + (1 / Mass) - 2) / (((n + 2) * (n + 2)) + Mass));
        ExpectedLength = Math.Sqrt(n) * (1 - (1 / (4 * n)) + (1 / (21 * n * n)));

        double good = raw.Where(weight => weight > 0).Sum(), bad = -raw.Where(weight => weight < 0).Sum();
        var most = Math.Min(
            Math.Min(1 + (PathRate / RankRate), 1 + (2 * badMass / (Mass + 2))),
            (1 - PathRate - RankRate) / (n * RankRate));
        _byRank = [.. raw.Select(weight => weight >= 0 ? weight / good : weight * most / bad)];
    }

    /// <summary>The sets of a generation.</summary>
    public int Population { get; }

    /// <summary>The sets that the mean moves towards.</summary>
    public int Parents { get; }

    /// <summary>The effective number of parents, μ_eff.</summary>
    public double Mass { get; }

    /// <summary>c_c.</summary>
    public double PathFade { get; }

    /// <summary>c_σ.</summary>
    public double StepFade { get; }

    /// <summary>d_σ.</summary>
    public double StepDamping { get; }

    /// <summary>c_1.</summary>
    public double PathRate { get; }

    /// <summary>c_μ.</summary>
    public double RankRate { get; }

    /// <summary>The mean length of a standard normal vector.</summary>
    public double ExpectedLength { get; }

    /// <summary>The weight of a set: the best first; where some are missing, those at the end keep the last weights.</summary>
    /// <param name="rank">Its rank, from 0.</param>
    /// <param name="count">How many are ranked.</param>
    /// <param name="hasFailed">Whether it gave no value; then it never draws the mean to itself.</param>
    public double Of(int rank, int count, bool hasFailed)
    {
        var fromEnd = Population - (count - rank);
        return _byRank[hasFailed ? Math.Max(Parents, fromEnd) : rank < Parents ? rank : fromEnd];
    }

    private static double Effective(double[] weights) => weights.Sum() is var sum ? sum * sum / weights.Sum(weight => weight * weight) : 0;
}
