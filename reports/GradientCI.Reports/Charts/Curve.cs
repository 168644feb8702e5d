using System.Collections.Immutable;
using GradientCI.Metrics;

namespace GradientCI.Reports.Charts;

/// <summary>Curves made fit for drawing.</summary>
internal static class Curve
{
    /// <summary>The points by x, at most so many, with every peak; NaN where a value was not finite.</summary>
    public static Point[] Of(ImmutableArray<MetricPoint> curve, int limit)
    {
        var points = new List<Point>(Math.Min(limit, curve.Length));
        var ordered = true;
        foreach (var point in CurveThinning.Thin(curve.AsSpan(), limit))
        {
            if (double.IsFinite(point.X))
            {
                ordered &= points.Count == 0 || points[^1].X <= point.X;
                points.Add(new Point(point.X, double.IsFinite(point.Y) ? point.Y : double.NaN));
            }
        }

        return ordered ? [.. points] : [.. points.OrderBy(point => point.X)];
    }

    /// <summary>What a share of the curves stays under, along x.</summary>
    /// <param name="curves">Curves by x.</param>
    /// <param name="low">Where to begin.</param>
    /// <param name="high">Where to end.</param>
    /// <param name="shares">Ascending, in [0, 1].</param>
    /// <returns>One line per share; NaN where fewer than three curves reach.</returns>
    public static Point[][] Quantiles(IReadOnlyList<Point[]> curves, double low, double high, params double[] shares)
    {
        const int Places = 49;
        const int Fewest = 3;
        var columns = Enumerable.Range(0, Places).Select(_ => new List<double>(curves.Count)).ToArray();
        foreach (var curve in curves)
        {
            Sample(curve, low, high, columns);
        }

        var lines = shares.Select(_ => new Point[Places]).ToArray();
        for (var place = 0; place < Places; place++)
        {
            var values = columns[place];
            values.Sort();
            for (var line = 0; line < shares.Length; line++)
            {
                var y = values.Count < Fewest ? double.NaN : At(values, shares[line]);
                lines[line][place] = new Point(XAt(place, Places, low, high), y);
            }
        }

        return lines;
    }

    private static void Sample(Point[] curve, double low, double high, List<double>[] columns)
    {
        var at = 0;
        for (var place = 0; place < columns.Length; place++)
        {
            var x = XAt(place, columns.Length, low, high);
            while (at + 1 < curve.Length && curve[at + 1].X <= x)
            {
                at++;
            }

            if (at < curve.Length && Between(curve, at, x) is var y && !double.IsNaN(y))
            {
                columns[place].Add(y);
            }
        }
    }

    private static double Between(Point[] curve, int at, double x)
    {
        var left = curve[at];
        if (x == left.X)
        {
            return left.Y;
        }

        if (x < left.X || at + 1 >= curve.Length)
        {
            return double.NaN;
        }

        var right = curve[at + 1];
        return left.Y + ((right.Y - left.Y) * ((x - left.X) / (right.X - left.X)));
    }

    private static double XAt(int place, int places, double low, double high) =>
        place == places - 1 ? high : low + ((high - low) * place / (places - 1));

    private static double At(List<double> sorted, double share)
    {
        var at = share * (sorted.Count - 1);
        int below = (int)Math.Floor(at), above = (int)Math.Ceiling(at);
        return sorted[below] + ((sorted[above] - sorted[below]) * (at - below));
    }
}
