namespace GradientCI.Samplers.Gp;

/// <summary>A function of several variables, and its derivatives.</summary>
/// <param name="point">Where it is asked.</param>
/// <param name="gradient">Filled with the derivatives.</param>
internal delegate double Slope(ReadOnlySpan<double> point, Span<double> gradient);

/// <summary>Goes down to the nearest low point of a function in a box.</summary>
/// <remarks>
/// The limited-memory method of Nocedal (1980) on the variables that are not held by a side of the box, with steps that are
/// projected into it (Bertsekas, 1982) and halved until they lead down.
/// </remarks>
internal static class Lbfgs
{
    private const int Memory = 8;
    private const int Halvings = 20;
    private const double Decrease = 1e-4;

    /// <summary>Moves a point down.</summary>
    /// <param name="function">The function; where it is not finite nobody goes.</param>
    /// <param name="point">Where it begins and, afterwards, where it ended; inside the box.</param>
    /// <param name="low">The lower sides of the box.</param>
    /// <param name="high">The upper sides.</param>
    /// <param name="steps">The most steps.</param>
    /// <param name="tolerance">It ends when a step brings less than this.</param>
    /// <returns>The value there.</returns>
    public static double Descend(Slope function, double[] point, double[] low, double[] high, int steps, double tolerance)
    {
        var gradient = new double[point.Length];
        var value = function(point, gradient);
        var past = new List<(double[] Step, double[] Change, double Curve)>();
        for (var step = 0; step < steps && double.IsFinite(value); step++)
        {
            var direction = Direction(point, gradient, low, high, past);
            var (next, nextGradient, nextValue) = Search(function, point, value, gradient, direction, past.Count == 0, low, high);
            if (next is null)
            {
                if (past.Count == 0)
                {
                    break;
                }

                past.Clear();
                continue;
            }

            Remember(past, Difference(next, point), Difference(nextGradient, gradient));
            var gain = value - nextValue;
            next.CopyTo(point, 0);
            (gradient, value) = (nextGradient, nextValue);
            if (gain < tolerance)
            {
                break;
            }
        }

        return value;
    }

    private static double[] Direction(double[] point, double[] gradient, double[] low, double[] high, List<(double[] Step, double[] Change, double Curve)> past)
    {
        var direction = new double[point.Length];
        for (var at = 0; at < point.Length; at++)
        {
            direction[at] = IsHeld(at) ? 0 : -gradient[at];
        }

        Span<double> shares = stackalloc double[past.Count];
        for (var at = past.Count - 1; at >= 0; at--)
        {
            shares[at] = Dot(past[at].Step, direction) / past[at].Curve;
            Add(direction, past[at].Change, -shares[at]);
        }

        if (past.Count > 0)
        {
            var (_, change, curve) = past[^1];
            Add(direction, direction, (curve / Dot(change, change)) - 1);
        }

        for (var at = 0; at < past.Count; at++)
        {
            Add(direction, past[at].Step, shares[at] - (Dot(past[at].Change, direction) / past[at].Curve));
        }

        for (var at = 0; at < point.Length; at++)
        {
            direction[at] = IsHeld(at) ? 0 : direction[at];
        }

        return direction;

        bool IsHeld(int at) => (point[at] <= low[at] && gradient[at] > 0) || (point[at] >= high[at] && gradient[at] < 0);
    }

    private static (double[]? Point, double[] Gradient, double Value) Search(
        Slope function, double[] point, double value, double[] gradient, double[] direction, bool isFirst, double[] low, double[] high)
    {
        var next = new double[point.Length];
        var nextGradient = new double[point.Length];
        var length = isFirst ? Math.Min(1, 1 / direction.Sum(Math.Abs)) : 1;
        for (var halving = 0; halving < Halvings && double.IsFinite(length); halving++, length /= 2)
        {
            var slope = 0.0;
            for (var at = 0; at < point.Length; at++)
            {
                next[at] = Math.Clamp(point[at] + (length * direction[at]), low[at], high[at]);
                slope += gradient[at] * (next[at] - point[at]);
            }

            if (!(slope < 0))
            {
                break;
            }

            var nextValue = function(next, nextGradient);
            if (double.IsFinite(nextValue) && nextValue <= value + (Decrease * slope))
            {
                return (next, nextGradient, nextValue);
            }
        }

        return (null, nextGradient, value);
    }

    private static void Remember(List<(double[] Step, double[] Change, double Curve)> past, double[] step, double[] change)
    {
        var curve = Dot(step, change);
        if (curve > 1e-10 * Dot(change, change))
        {
            past.Add((step, change, curve));
            if (past.Count > Memory)
            {
                past.RemoveAt(0);
            }
        }
    }

    private static double[] Difference(double[] one, double[] other) => [.. one.Zip(other, (a, b) => a - b)];

    private static void Add(double[] to, double[] what, double times)
    {
        for (var at = 0; at < to.Length; at++)
        {
            to[at] += times * what[at];
        }
    }

    private static double Dot(double[] one, double[] other)
    {
        var sum = 0.0;
        for (var at = 0; at < one.Length; at++)
        {
            sum += one[at] * other[at];
        }

        return sum;
    }
}
