namespace GradientCI.Samplers.CmaEs;

/// <summary>The axes of a covariance matrix: where a round cloud of points is stretched to.</summary>
/// <remarks>By Jacobi's rotations: as exact as there is, the same on every machine, and for some dozen dimensions as fast as any.</remarks>
internal sealed class EigenAxes
{
    private const int Sweeps = 50;

    private readonly double[,] _directions;
    private readonly double[] _lengths;

    private EigenAxes(double[,] directions, double[] lengths) => (_directions, _lengths) = (directions, lengths);

    /// <summary>The ratio of the longest to the shortest squared axis.</summary>
    public double Condition => Math.Pow(_lengths.Max() / _lengths.Min(), 2);

    /// <summary>The axes of a symmetric matrix; where it is not positive, they are very short.</summary>
    public static EigenAxes Of(double[,] covariance)
    {
        var n = covariance.GetLength(0);
        var (matrix, directions) = ((double[,])covariance.Clone(), new double[n, n]);
        for (var at = 0; at < n; at++)
        {
            directions[at, at] = 1;
        }

        for (var sweep = 0; sweep < Sweeps && !IsDiagonal(matrix); sweep++)
        {
            for (var row = 0; row < n - 1; row++)
            {
                for (var column = row + 1; column < n; column++)
                {
                    Rotate(matrix, directions, row, column);
                }
            }
        }

        var values = Enumerable.Range(0, n).Select(at => matrix[at, at]).ToArray();
        var least = Math.Max(values.Max() * 1e-16, double.Epsilon);
        return new EigenAxes(directions, Array.ConvertAll(values, value => Math.Sqrt(Math.Max(value, least))));
    }

    /// <summary>A draw from the round normal distribution as one of this covariance.</summary>
    public double[] Stretch(double[] draw) => Turned([.. draw.Zip(_lengths, (along, length) => along * length)]);

    /// <summary>A vector in units of the distribution: multiplied by the root of the inverse covariance.</summary>
    public double[] Whiten(double[] vector)
    {
        var along = new double[vector.Length];
        for (var axis = 0; axis < vector.Length; axis++)
        {
            for (var at = 0; at < vector.Length; at++)
            {
                along[axis] += _directions[at, axis] * vector[at] / _lengths[axis];
            }
        }

        return Turned(along);
    }

    private double[] Turned(double[] along)
    {
        var vector = new double[along.Length];
        for (var at = 0; at < vector.Length; at++)
        {
            for (var axis = 0; axis < along.Length; axis++)
            {
                vector[at] += _directions[at, axis] * along[axis];
            }
        }

        return vector;
    }

    private static bool IsDiagonal(double[,] matrix)
    {
        double outside = 0, diagonal = 0;
        for (var row = 0; row < matrix.GetLength(0); row++)
        {
            diagonal += matrix[row, row] * matrix[row, row];
            for (var column = row + 1; column < matrix.GetLength(0); column++)
            {
                outside += matrix[row, column] * matrix[row, column];
            }
        }

        return outside <= 1e-30 * diagonal;
    }

    private static void Rotate(double[,] matrix, double[,] directions, int p, int q)
    {
        if (matrix[p, q] == 0)
        {
            return;
        }

        var slope = (matrix[q, q] - matrix[p, p]) / (2 * matrix[p, q]);
        var tangent = double.IsFinite(slope) ? (slope < 0 ? -1 : 1) / (Math.Abs(slope) + Math.Sqrt((slope * slope) + 1)) : 0;
        var cosine = 1 / Math.Sqrt((tangent * tangent) + 1);
        var sine = tangent * cosine;
        for (var at = 0; at < matrix.GetLength(0); at++)
        {
            (matrix[at, p], matrix[at, q]) = ((cosine * matrix[at, p]) - (sine * matrix[at, q]), (sine * matrix[at, p]) + (cosine * matrix[at, q]));
        }

        for (var at = 0; at < matrix.GetLength(0); at++)
        {
            (matrix[p, at], matrix[q, at]) = ((cosine * matrix[p, at]) - (sine * matrix[q, at]), (sine * matrix[p, at]) + (cosine * matrix[q, at]));
            (directions[at, p], directions[at, q]) =
                ((cosine * directions[at, p]) - (sine * directions[at, q]), (sine * directions[at, p]) + (cosine * directions[at, q]));
        }
    }
}
