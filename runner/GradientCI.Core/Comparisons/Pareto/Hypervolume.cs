namespace GradientCI.Comparisons.Pareto;

/// <summary>How much of the space between a front and a point that is worse than all of it the front beats.</summary>
/// <remarks>
/// Of two and three losses a sweep gives it exactly. Of more, slices along the last loss do, as long as that is affordable; then
/// it is estimated from evenly spread points, to about a hundredth.
/// </remarks>
public static class Hypervolume
{
    private const double MostSteps = 2e7;
    private const int Samples = 1 << 14;

    /// <summary>The volume. Results that are not finite, or not better than the reference in everything, add nothing.</summary>
    /// <param name="losses">The results, of which less is better.</param>
    /// <param name="reference">The point that bounds it.</param>
    public static double Of(IEnumerable<double[]> losses, double[] reference)
    {
        var inside = losses.Where(result => IsInside(result, reference)).ToArray();
        if (inside.Length == 0)
        {
            return 0;
        }

        var front = Fronts.Of(inside).First();
        double[][] points = [.. front.Select(place => inside[place])];
        return Math.Pow(points.Length, reference.Length - 1) > MostSteps && reference.Length > 3
            ? Estimated(points, reference)
            : Exact(points, points.Length, reference, reference.Length);
    }

    private static bool IsInside(double[] result, double[] reference)
    {
        for (var at = 0; at < reference.Length; at++)
        {
            if (!(double.IsFinite(result[at]) && result[at] < reference[at]))
            {
                return false;
            }
        }

        return true;
    }

    // The volume of the first points in the first dimensions. The points may beat one another.
    private static double Exact(double[][] points, int count, double[] reference, int dimensions)
    {
        if (dimensions == 1)
        {
            return reference[0] - points.Take(count).Min(point => point[0]);
        }

        if (dimensions == 2)
        {
            var stairs = new Staircase(reference[0], reference[1]);
            for (var at = 0; at < count; at++)
            {
                stairs.Add(points[at][0], points[at][1]);
            }

            return stairs.Area();
        }

        // What the first points beat in the other losses is beaten in the whole slice up to the next.
        var last = dimensions - 1;
        var ordered = points.Take(count).OrderBy(point => point[last]).ToArray();
        var (volume, ground) = (0.0, new Staircase(reference[0], reference[1]));
        for (var at = 0; at < count; at++)
        {
            ground.Add(ordered[at][0], ordered[at][1]);
            var thickness = (at + 1 < count ? ordered[at + 1][last] : reference[last]) - ordered[at][last];
            if (thickness > 0)
            {
                volume += thickness * (dimensions == 3 ? ground.Area() : Exact(ordered, at + 1, reference, last));
            }
        }

        return volume;
    }

    // The additive recurrence of Roberts, "The unreasonable effectiveness of quasirandom sequences" (2018): the powers of the root of xⁿ⁺¹ = x + 1.
    private static double Estimated(double[][] points, double[] reference)
    {
        var root = 2.0;
        for (var step = 0; step < 50; step++)
        {
            root = Math.Pow(1 + root, 1.0 / (reference.Length + 1));
        }

        double[] low = [.. reference.Select((_, at) => points.Min(point => point[at]))];
        double[] pace = [.. reference.Select((_, at) => Math.Pow(root, -(at + 1)))];
        var place = new double[reference.Length];
        var beaten = 0;
        for (var sample = 1; sample <= Samples; sample++)
        {
            for (var at = 0; at < place.Length; at++)
            {
                var unit = (0.5 + (sample * pace[at])) % 1;
                place[at] = low[at] + (unit * (reference[at] - low[at]));
            }

            beaten += Array.Exists(points, point => Fronts.Dominates(point, place)) ? 1 : 0;
        }

        return reference.Select((bound, at) => bound - low[at]).Aggregate(1.0, (product, side) => product * side) * beaten / Samples;
    }
}
