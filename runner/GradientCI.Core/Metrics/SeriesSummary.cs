namespace GradientCI.Metrics;

/// <summary>What is known of a series without reading its points. Two summaries of neighbouring pieces add up to one.</summary>
/// <remarks>Minimum, maximum and moments are those of the finite values: one NaN does not hide a night's curve.</remarks>
/// <param name="Count">Points in all, the non-finite included.</param>
/// <param name="Finite">Points with a finite value.</param>
/// <param name="First">The first point.</param>
/// <param name="Last">The last point to arrive.</param>
/// <param name="Min">The least finite value, NaN when there is none.</param>
/// <param name="Max">The greatest finite value, NaN when there is none.</param>
/// <param name="Mean">The mean of the finite values, NaN when there is none.</param>
/// <param name="SumOfSquares">The sum of squared deviations from the mean (Welford's M2).</param>
public sealed record SeriesSummary(
    long Count, long Finite, MetricPoint First, MetricPoint Last, double Min, double Max, double Mean, double SumOfSquares)
{
    /// <summary>The sample standard deviation, NaN below two finite values.</summary>
    public double StandardDeviation => Finite < 2 ? double.NaN : Math.Sqrt(SumOfSquares / (Finite - 1));

    /// <summary>Summarises points in order of arrival.</summary>
    /// <exception cref="ArgumentException">There are no points.</exception>
    public static SeriesSummary Of(IReadOnlyList<MetricPoint> points)
    {
        if (points.Count == 0)
        {
            throw new ArgumentException("A summary needs a point.", nameof(points));
        }

        long finite = 0;
        double min = double.NaN, max = double.NaN, mean = 0, squares = 0;
        foreach (var point in points)
        {
            if (!double.IsFinite(point.Y))
            {
                continue;
            }

            finite++;
            min = finite == 1 ? point.Y : Math.Min(min, point.Y);
            max = finite == 1 ? point.Y : Math.Max(max, point.Y);
            var delta = point.Y - mean;
            mean += delta / finite;
            squares += delta * (point.Y - mean);
        }

        return new SeriesSummary(points.Count, finite, points[0], points[^1], min, max, finite == 0 ? double.NaN : mean, squares);
    }

    /// <summary>The summary of this piece followed by the other (Chan et al. 1979, pairwise update of M2).</summary>
    public SeriesSummary Then(SeriesSummary next)
    {
        if (Finite == 0 || next.Finite == 0)
        {
            var known = Finite == 0 ? next : this;
            return known with { Count = Count + next.Count, First = First, Last = next.Last };
        }

        var finite = Finite + next.Finite;
        var delta = next.Mean - Mean;
        return new SeriesSummary(
            Count + next.Count, finite, First, next.Last,
            Math.Min(Min, next.Min), Math.Max(Max, next.Max),
            Mean + (delta * next.Finite / finite),
            SumOfSquares + next.SumOfSquares + (delta * delta * Finite * next.Finite / finite));
    }
}
