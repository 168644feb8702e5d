using System.Runtime.Intrinsics;

namespace GradientCI.Samplers.Gp;

/// <summary>Places in the space, in order and axis by axis.</summary>
internal sealed class Points
{
    private readonly IReadOnlyList<double[]> _points;
    private readonly double[][] _columns;
    private readonly bool[] _isNominal;

    /// <summary>Lays the points out.</summary>
    /// <param name="isNominal">Which axes hold names: two are the same or not, and none is nearer than another.</param>
    /// <param name="points">One coordinate per axis each.</param>
    public Points(bool[] isNominal, IReadOnlyList<double[]> points)
    {
        (_isNominal, _points) = (isNominal, points);
        _columns = [.. isNominal.Select((_, axis) => Column(points, axis))];
    }

    /// <summary>How many points there are.</summary>
    public int Count => _points.Count;

    /// <summary>How many axes there are.</summary>
    public int Axes => _isNominal.Length;

    /// <summary>A point's coordinates.</summary>
    public double[] this[int point] => _points[point];

    /// <summary>The coordinates of all points on an axis; zero behind the last.</summary>
    public ReadOnlySpan<Vector256<double>> Column(int axis) => Lanes.Over(_columns[axis]);

    /// <summary>The squared distances of coordinates on an axis.</summary>
    public Vector256<double> SquaredGap(int axis, Vector256<double> one, Vector256<double> other)
    {
        var gap = one - other;
        return _isNominal[axis] ? Vector256.ConditionalSelect(Vector256.Equals(one, other), default, Vector256<double>.One) : gap * gap;
    }

    private static double[] Column(IReadOnlyList<double[]> points, int axis)
    {
        var column = Lanes.Room(points.Count);
        for (var at = 0; at < points.Count; at++)
        {
            column[at] = points[at][axis];
        }

        return column;
    }
}
