using System.Buffers;
using System.Collections.Immutable;
using GradientCI.Metrics;

namespace GradientCI.Experiments;

/// <summary>A run with all its trials and series at one moment: what checks and reports are made from.</summary>
/// <param name="Run">The run.</param>
/// <param name="Trials">Its trials, by number.</param>
public sealed record RunSnapshot(Run Run, ImmutableArray<TrialSnapshot> Trials)
{
    /// <summary>Whether its commit is, or was, the head of a pull request: some checks are made only then.</summary>
    public bool IsPullRequest { get; init; }
}

/// <summary>A trial with its series.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Series">Its series by metric.</param>
/// <param name="DroppedPoints">Points that were beyond <see cref="MetricLimits"/>.</param>
public sealed record TrialSnapshot(Trial Trial, ImmutableSortedDictionary<string, SeriesSnapshot> Series, long DroppedPoints = 0);

/// <summary>One series of one trial.</summary>
/// <param name="Summary">Of all points.</param>
/// <param name="Median">The median of the finite values; NaN when there is none.</param>
/// <param name="LastFive">The last points, at most five, oldest first.</param>
/// <param name="Curve">All points in order of arrival, or fewer that keep every peak.</param>
public sealed record SeriesSnapshot(SeriesSummary Summary, double Median, ImmutableArray<double> LastFive, ImmutableArray<MetricPoint> Curve)
{
    /// <summary>Makes a snapshot from all points of a series.</summary>
    /// <param name="summary">Of these points.</param>
    /// <param name="points">In order of arrival.</param>
    /// <param name="curvePoints">The most points of the curve.</param>
    public static SeriesSnapshot Of(SeriesSummary summary, ReadOnlySpan<MetricPoint> points, int curvePoints)
    {
        var lastFive = ImmutableArray.CreateBuilder<double>(5);
        foreach (var point in points[Math.Max(0, points.Length - 5)..])
        {
            lastFive.Add(point.Y);
        }

        return new SeriesSnapshot(summary, MedianOf(points), lastFive.ToImmutable(), CurveThinning.Thin(points, curvePoints));
    }

    private static double MedianOf(ReadOnlySpan<MetricPoint> points)
    {
        var values = ArrayPool<double>.Shared.Rent(points.Length);
        var count = 0;
        foreach (var point in points)
        {
            if (double.IsFinite(point.Y))
            {
                values[count++] = point.Y;
            }
        }

        values.AsSpan(0, count).Sort();
        var median = count == 0 ? double.NaN : (values[(count - 1) / 2] / 2) + (values[count / 2] / 2);
        ArrayPool<double>.Shared.Return(values);
        return median;
    }
}
