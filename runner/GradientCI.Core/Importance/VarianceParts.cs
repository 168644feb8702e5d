using System.Collections.Immutable;

namespace GradientCI.Importance;

/// <summary>The variance of a forest's prediction over the space, parted among the axes.</summary>
/// <remarks>
/// Of the forest's mean and not of each tree: what single trees make of noise cancels out, and Ishigami's function comes out at its
/// closed form. The whole is measured at random points, since the boxes of many trees have too many intersections.
/// </remarks>
/// <param name="axes">The axes.</param>
/// <param name="trees">Its trees.</param>
/// <param name="predictions">What each tree predicts at the same random points.</param>
internal sealed class VarianceParts(ImmutableArray<CellAxis> axes, ImmutableArray<Marginals> trees, ImmutableArray<double[]> predictions)
{
    private readonly double _total = VarianceOf([.. Enumerable.Range(0, predictions[0].Length).Select(at => predictions.Average(tree => tree[at]))]);

    /// <summary>The share that an axis explains alone.</summary>
    public double Share(int axis) => _total > 0 ? Math.Min(1, VarianceOf(axis) / _total) : 0;

    /// <summary>The share that two axes explain together, beyond what each does alone.</summary>
    public double Share(int axis, int other)
    {
        var means = Means(axis, other);
        var (rows, columns) = (axes[axis].Shares, axes[other].Shares);
        var (mean, square) = (0.0, 0.0);
        for (var row = 0; row < rows.Length; row++)
        {
            for (var column = 0; column < columns.Length; column++)
            {
                mean += means[row, column] * rows[row] * columns[column];
                square += means[row, column] * means[row, column] * rows[row] * columns[column];
            }
        }

        return _total > 0 ? Math.Clamp((square - (mean * mean) - VarianceOf(axis) - VarianceOf(other)) / _total, 0, 1) : 0;
    }

    /// <summary>The forest's mean prediction in each pair of cells of two axes.</summary>
    public double[,] Means(int axis, int other)
    {
        var means = new double[axes[axis].Shares.Length, axes[other].Shares.Length];
        foreach (var tree in trees)
        {
            tree.AddTo(means, axis, other);
        }

        for (var row = 0; row < means.GetLength(0); row++)
        {
            for (var column = 0; column < means.GetLength(1); column++)
            {
                means[row, column] /= trees.Length;
            }
        }

        return means;
    }

    private double VarianceOf(int axis)
    {
        var (mean, square) = (0.0, 0.0);
        for (var cell = 0; cell < axes[axis].Shares.Length; cell++)
        {
            var sum = 0.0;
            foreach (var tree in trees)
            {
                sum += tree[axis][cell];
            }

            mean += sum / trees.Length * axes[axis].Shares[cell];
            square += sum / trees.Length * (sum / trees.Length) * axes[axis].Shares[cell];
        }

        return Math.Max(0, square - (mean * mean));
    }

    private static double VarianceOf(double[] values)
    {
        var mean = values.Average();
        return values.Average(value => (value - mean) * (value - mean));
    }
}
