using GradientCI.SearchSpaces;
using MathNet.Numerics;

namespace GradientCI.Samplers.CmaEs;

/// <summary>Keeps a normal distribution from being shut up in one step of a parameter: Hamano et al. (2022), section 4.2.</summary>
internal static class Margin
{
    /// <summary>The mean and the deviation with which a draw leaves the mean's cell often enough; null when it does so already.</summary>
    /// <param name="cell">The draws that stand for the same value as the mean.</param>
    /// <param name="mean">The mean, in the cell.</param>
    /// <param name="deviation">The deviation.</param>
    /// <param name="margin">The least probability of leaving it; half of that on either side of a cell in the middle.</param>
    public static (double Mean, double Deviation)? Of(UnitInterval cell, double mean, double deviation, double margin)
    {
        double below = Share((mean - cell.From) / deviation), above = Share((cell.To - mean) / deviation);
        if (cell.From <= 0 || cell.To >= 1)
        {
            var reach = deviation * Reach(margin);
            return cell.From <= 0 && cell.To >= 1 ? null
                : cell.From <= 0 ? (above < margin ? (Math.Max(0, cell.To - reach), deviation) : null)
                : below < margin ? (Math.Min(Math.BitDecrement(1.0), cell.From + reach), deviation) : null;
        }

        var least = margin / 2;
        if (below >= least && above >= least)
        {
            return null;
        }

        // What the sides were given is taken from all three shares, as far as they are above the least.
        double more = Math.Max(below, least), most = Math.Max(above, least), inside = 1 - below - above;
        var excess = (1 - more - most - inside) / (more + most + inside - (3 * least));
        more += excess * (more - least);
        most += excess * (most - least);
        double toFrom = Reach(more), toTo = Reach(most), spread = (cell.To - cell.From) / (toFrom + toTo);
        return (cell.From + (spread * toFrom), spread);
    }

    // The share of the normal distribution beyond a distance, and the distance beyond which a share lies.
    private static double Share(double distance) => SpecialFunctions.Erfc(distance / Math.Sqrt(2)) / 2;

    private static double Reach(double share) => Math.Sqrt(2) * SpecialFunctions.ErfcInv(2 * share);
}
