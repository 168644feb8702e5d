using System.Collections.Immutable;
using System.Numerics;

namespace GradientCI.Importance;

/// <summary>A tree's prediction, averaged over all axes but one or two.</summary>
/// <remarks>
/// Hutter, Hoos, Leyton-Brown, "An efficient approach for assessing hyperparameter importance" (ICML 2014): the leaves are boxes, so
/// the averages are sums over leaves, and exact.
/// </remarks>
internal sealed class Marginals
{
    private readonly ImmutableArray<CellAxis> _axes;
    private readonly IReadOnlyList<Leaf> _leaves;
    private readonly double[][] _means;

    // What a leaf adds to the mean is its value times its size; by leaf, then by axis the share of that axis in the size.
    private readonly double[] _parts;
    private readonly double[][] _shares;

    public Marginals(ImmutableArray<CellAxis> axes, RegressionTree tree)
    {
        (_axes, _leaves) = (axes, tree.Leaves);
        _shares = [.. _leaves.Select(leaf => leaf.Box.Select((cells, axis) => axes[axis].ShareOf(cells)).ToArray())];
        _parts = [.. _leaves.Select((leaf, at) => _shares[at].Aggregate(leaf.Value, (part, share) => part * share))];
        _means = [.. axes.Select((_, axis) => Of(axis))];
    }

    /// <summary>The mean prediction in each cell of an axis.</summary>
    public ReadOnlySpan<double> this[int axis] => _means[axis];

    /// <summary>Adds the mean prediction in each pair of cells of two axes.</summary>
    public void AddTo(double[,] means, int axis, int other)
    {
        for (var at = 0; at < _parts.Length; at++)
        {
            var part = _parts[at] / (_shares[at][axis] * _shares[at][other]);
            for (var rest = _leaves[at].Box[axis]; rest != 0; rest &= rest - 1)
            {
                var row = BitOperations.TrailingZeroCount(rest);
                for (var columns = _leaves[at].Box[other]; columns != 0; columns &= columns - 1)
                {
                    means[row, BitOperations.TrailingZeroCount(columns)] += part;
                }
            }
        }
    }

    private double[] Of(int axis)
    {
        // A leaf that is as wide as the axis adds the same everywhere, and most are.
        var (everywhere, all) = (0.0, _axes[axis].All);
        var means = new double[_axes[axis].Shares.Length];
        for (var at = 0; at < _parts.Length; at++)
        {
            var cells = _leaves[at].Box[axis];
            var part = _parts[at] / _shares[at][axis];
            if (cells == all)
            {
                everywhere += part;
                continue;
            }

            for (; cells != 0; cells &= cells - 1)
            {
                means[BitOperations.TrailingZeroCount(cells)] += part;
            }
        }

        for (var cell = 0; cell < means.Length; cell++)
        {
            means[cell] += everywhere;
        }

        return means;
    }
}
