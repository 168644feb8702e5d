using System.Runtime.InteropServices;

namespace GradientCI.Importance;

/// <summary>A regression tree whose leaves are boxes of cells: each split sends some cells of one axis left and the others right.</summary>
/// <remarks>
/// CART (Breiman et al., 1984), grown until a leaf is pure or has one set; unordered cells are split in the order of their means,
/// which finds the best of all partitions (Fisher, 1958).
/// </remarks>
internal sealed class RegressionTree
{
    private readonly List<Node> _nodes = [];
    private readonly List<Leaf> _leaves = [];

    private RegressionTree()
    {
    }

    /// <summary>The boxes and what is predicted in them. They tile the space.</summary>
    public IReadOnlyList<Leaf> Leaves => _leaves;

    /// <summary>Grows a tree.</summary>
    /// <param name="samples">All sets.</param>
    /// <param name="drawn">The sets that it learns from, by index; one may be there more than once. It is reordered.</param>
    public static RegressionTree Grow(Samples samples, int[] drawn)
    {
        var tree = new RegressionTree();
        var work = new Stack<(int Node, int From, int To, uint[] Box)>();
        tree._nodes.Add(default);
        work.Push((0, 0, drawn.Length, [.. samples.Axes.Select(axis => axis.All)]));
        var search = new SplitSearch(samples);
        while (work.TryPop(out var task))
        {
            var members = drawn.AsSpan(task.From, task.To - task.From);
            if (search.Best(members, task.Box) is not { } split)
            {
                tree._nodes[task.Node] = new Node(-1, 0, tree._leaves.Count);
                tree._leaves.Add(new Leaf(task.Box, search.MeanOf(members)));
                continue;
            }

            var left = Partition(samples.Cells[split.Axis], members, split.Left);
            var children = tree._nodes.Count;
            tree._nodes.Add(default);
            tree._nodes.Add(default);
            tree._nodes[task.Node] = new Node(split.Axis, split.Left, children);
            work.Push((children + 1, task.From + left, task.To, With(task.Box, split.Axis, task.Box[split.Axis] & ~split.Left)));
            work.Push((children, task.From, task.From + left, With(task.Box, split.Axis, split.Left)));
        }

        return tree;
    }

    /// <summary>What is predicted for a set.</summary>
    /// <param name="cells">Its cells by axis.</param>
    public double Predict(byte[] cells)
    {
        var node = _nodes[0];
        while (node.Axis >= 0)
        {
            node = _nodes[node.Next + (((node.Left >> cells[node.Axis]) & 1) == 1 ? 0 : 1)];
        }

        return _leaves[node.Next].Value;
    }

    private static int Partition(byte[] cells, Span<int> members, uint left)
    {
        var count = 0;
        for (var at = 0; at < members.Length; at++)
        {
            if (((left >> cells[members[at]]) & 1) == 1)
            {
                (members[at], members[count]) = (members[count], members[at]);
                count++;
            }
        }

        return count;
    }

    private static uint[] With(uint[] box, int axis, uint cells)
    {
        var copy = (uint[])box.Clone();
        copy[axis] = cells;
        return copy;
    }

    // A leaf has no axis, and its number in place of its children's.
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Node(int Axis, uint Left, int Next);
}

/// <summary>A box of the space in which one value is predicted.</summary>
/// <param name="Box">Its cells by axis, as bits.</param>
/// <param name="Value">The value.</param>
internal sealed record Leaf(uint[] Box, double Value);
