namespace GradientCI.Metrics;

/// <summary>Which way a metric is better.</summary>
public enum Direction
{
    /// <summary>Less is better.</summary>
    Minimize,

    /// <summary>More is better.</summary>
    Maximize,
}

/// <summary>How the points of a trial's series become the one value that the sweep looks at.</summary>
public enum ObjectiveAggregate
{
    /// <summary>The last point.</summary>
    Last,

    /// <summary>The best finite point.</summary>
    Best,

    /// <summary>The mean of the last five points (<c>mean-of-last-5</c>).</summary>
    MeanOfLastFive,
}

/// <summary>What the sweep optimises.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Direction">Which way is better.</param>
/// <param name="Aggregate">How its points become one value.</param>
public sealed record Objective(string Metric, Direction Direction, ObjectiveAggregate Aggregate = ObjectiveAggregate.Last)
{
    /// <summary>Whether a value beats another; a value that is not finite beats nothing.</summary>
    public bool IsBetter(double value, double other) =>
        double.IsFinite(value) && (!double.IsFinite(other) || (Direction == Direction.Maximize ? value > other : value < other));

    /// <summary>The value with the sign that makes less the better.</summary>
    public double LossOf(double value) => Direction == Direction.Minimize ? value : -value;

    /// <summary>The value of a loss: what <see cref="LossOf"/> undoes.</summary>
    public double ValueOf(double loss) => Direction == Direction.Minimize ? loss : -loss;
}
