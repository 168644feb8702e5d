using System.Runtime.Intrinsics;

namespace GradientCI.Samplers.Gp;

/// <summary>Where something is known, axis by axis.</summary>
internal sealed class Points
{
    private readonly double[][] _columns;
    private readonly bool[] _isNominal;

    /// <summary>Lays the points out.</summary>
    /// <param name="isNominal">Which axes hold names: two are the same or not, and none is nearer than another.</param>
    /// <param name="points">One coordinate per axis each.</param>
    public Points(bool[] isNominal, IReadOnlyList<double[]> points)
    {
        (_isNominal, Count) = (isNominal, points.Count);
        _columns = [.. isNominal.Select(_ => Lanes.Room(points.Count))];
        for (var at = 0; at < points.Count; at++)
        {
            for (var axis = 0; axis < isNominal.Length; axis++)
            {
                _columns[axis][at] = points[at][axis];
            }
        }
    }

    /// <summary>How many points there are.</summary>
    public int Count { get; }

    /// <summary>How many axes there are.</summary>
    public int Axes => _isNominal.Length;

    /// <summary>One coordinate of a point.</summary>
    public double At(int point, int axis) => _columns[axis][point];

    /// <summary>Whether an axis holds names.</summary>
    public bool IsNominal(int axis) => _isNominal[axis];

    /// <summary>The coordinates of all points on an axis.</summary>
    public ReadOnlySpan<Vector256<double>> Column(int axis) => Lanes.Over(_columns[axis]);

    /// <summary>The squared distances of coordinates on an axis.</summary>
    public Vector256<double> SquaredGap(int axis, Vector256<double> one, Vector256<double> other)
    {
        var gap = one - other;
        return _isNominal[axis] ? Vector256.ConditionalSelect(Vector256.Equals(one, other), default, Vector256<double>.One) : gap * gap;
    }
}
