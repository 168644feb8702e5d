namespace GradientCI.Comparisons.Pareto;

/// <summary>Losses measured in the ranges of a few results, so that milliseconds and shares weigh the same.</summary>
internal static class UnitLosses
{
    /// <summary>How far beyond the worst the reference of a hypervolume lies, in parts of the range: what is worst in one loss still counts.</summary>
    public const double Margin = 0.1;

    /// <summary>The results with the least of each loss at 0 and the greatest at 1; where all are equal, at 0.</summary>
    /// <param name="losses">At least one result; all finite.</param>
    public static double[][] Of(IReadOnlyList<double[]> losses) => Of(losses, losses);

    /// <summary>Results in the ranges of others, which have the least of each loss at 0 and the greatest at 1.</summary>
    /// <param name="losses">Results; all finite.</param>
    /// <param name="box">At least one result that the ranges are of; all finite.</param>
    public static double[][] Of(IReadOnlyList<double[]> losses, IReadOnlyList<double[]> box)
    {
        var scaled = losses.Select(result => new double[result.Length]).ToArray();
        for (var loss = 0; loss < box[0].Length; loss++)
        {
            double low = box.Min(result => result[loss]), high = box.Max(result => result[loss]);

            // Halved, so that the range of the largest numbers is one too.
            var range = (high / 2) - (low / 2);
            for (var at = 0; at < scaled.Length; at++)
            {
                scaled[at][loss] = range > 0 ? ((losses[at][loss] / 2) - (low / 2)) / range : 0;
            }
        }

        return scaled;
    }

    /// <summary>The reference for so many losses.</summary>
    public static double[] Reference(int losses)
    {
        var reference = new double[losses];
        Array.Fill(reference, 1 + Margin);
        return reference;
    }
}
