using System.Collections.Immutable;
using GradientCI.Metrics;

namespace GradientCI.Experiments;

/// <summary>A run with all its trials and series at one moment: what checks and reports are made from.</summary>
/// <param name="Run">The run.</param>
/// <param name="Trials">Its trials, by number.</param>
public sealed record RunSnapshot(Run Run, ImmutableArray<TrialSnapshot> Trials);

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
public sealed record SeriesSnapshot(SeriesSummary Summary, double Median, ImmutableArray<double> LastFive, ImmutableArray<MetricPoint> Curve);
