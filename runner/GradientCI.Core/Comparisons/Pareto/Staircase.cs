namespace GradientCI.Comparisons.Pareto;

/// <summary>The results of two losses that none beats, as steps from the upper left to the lower right.</summary>
internal sealed class Staircase(double right, double top)
{
    // By x; y falls from each to the next.
    private readonly List<(double X, double Y)> _steps = [];

    /// <summary>Takes a result in; one that is beaten changes nothing.</summary>
    public void Add(double x, double y)
    {
        var at = 0;
        while (at < _steps.Count && _steps[at].X < x)
        {
            at++;
        }

        if ((at > 0 && _steps[at - 1].Y <= y) || (at < _steps.Count && _steps[at].X == x && _steps[at].Y <= y))
        {
            return;
        }

        var beaten = at;
        while (beaten < _steps.Count && _steps[beaten].Y >= y)
        {
            beaten++;
        }

        _steps.RemoveRange(at, beaten - at);
        _steps.Insert(at, (x, y));
    }

    /// <summary>What lies right of and above a step, up to the bounds.</summary>
    public double Area()
    {
        var (area, ceiling) = (0.0, top);
        foreach (var (x, y) in _steps)
        {
            area += (right - x) * (ceiling - y);
            ceiling = y;
        }

        return area;
    }
}
