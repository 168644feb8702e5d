using GradientCI.Metrics;

namespace GradientCI.Pruners;

/// <summary>What one objective of a trial comes to, point by point.</summary>
internal sealed class RunningLoss(ObjectiveAggregate aggregate)
{
    private const int Window = 5;

    private readonly Queue<double> _latest = [];

    /// <summary>The loss as of the last point, as the objective aggregates points.</summary>
    public double Loss { get; private set; } = double.PositiveInfinity;

    /// <summary>The least loss of a point.</summary>
    public double Best { get; private set; } = double.PositiveInfinity;

    /// <summary>Adds a point.</summary>
    public void Add(double loss)
    {
        Best = Math.Min(Best, loss);
        Loss = aggregate switch
        {
            ObjectiveAggregate.Best => Best,
            ObjectiveAggregate.MeanOfLastFive => MeanWith(loss),
            _ => loss,
        };
    }

    private double MeanWith(double loss)
    {
        _latest.Enqueue(loss);
        if (_latest.Count > Window)
        {
            _latest.Dequeue();
        }

        return _latest.Average();
    }
}
