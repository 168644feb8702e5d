using System.Collections.Immutable;
using GradientCI.Metrics;

namespace GradientCI.Reports.Charts;

/// <summary>Curves made fit for drawing.</summary>
internal static class Curve
{
    /// <summary>The points by x, at most so many, with every peak; NaN where a value was not finite.</summary>
    public static Point[] Of(ImmutableArray<MetricPoint> curve, int limit)
    {
        var points = new List<Point>(curve.Length);
        var ordered = true;
        foreach (var point in curve)
        {
            if (double.IsFinite(point.X))
            {
                ordered &= points.Count == 0 || points[^1].X <= point.X;
                points.Add(new Point(point.X, double.IsFinite(point.Y) ? point.Y : double.NaN));
            }
        }

        var sorted = ordered ? [.. points] : points.OrderBy(point => point.X).ToArray();
        return sorted.Length <= limit ? sorted : Thinned(sorted, Math.Max(1, limit / 3));
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

    // Least and greatest of each stretch, in order of arrival, and a gap when it has one.
    private static Point[] Thinned(Point[] points, int stretches)
    {
        var kept = new List<Point>(stretches * 3);
        for (var stretch = 0; stretch < stretches; stretch++)
        {
            int start = (int)((long)points.Length * stretch / stretches), end = (int)((long)points.Length * (stretch + 1) / stretches);
            int least = -1, most = -1, gap = -1;
            for (var at = start; at < end; at++)
            {
                var y = points[at].Y;
                gap = double.IsNaN(y) ? at : gap;
                least = !double.IsNaN(y) && (least < 0 || y < points[least].Y) ? at : least;
                most = !double.IsNaN(y) && (most < 0 || y > points[most].Y) ? at : most;
            }

            int first = Math.Min(least, most), last = Math.Max(least, most);
            var previous = -1;
            Span<int> picks = first < gap && gap < last ? [first, gap, last] : gap < first ? [gap, first, last] : [first, last, gap];
            foreach (var at in picks)
            {
                if (at >= 0 && at != previous)
                {
                    kept.Add(points[at]);
                    previous = at;
                }
            }
        }

        return [.. kept];
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
