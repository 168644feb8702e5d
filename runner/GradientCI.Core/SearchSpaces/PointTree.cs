using System.Collections.Immutable;
using System.Numerics;

namespace GradientCI.SearchSpaces;

/// <summary>The points of a finite space as a tree of choices whose equal subtrees are one, so that points are counted
/// and numbered without being listed.</summary>
/// <remarks>
/// Two prefixes of choices have the same subtree when they come to the same parameter with the same later ones still
/// hopeful (<see cref="Dependents"/>). A space without conditions has one node per parameter. Counts are held down to
/// <see cref="Limit"/> + 1: positions up to there are still numbered correctly.
/// </remarks>
internal sealed class PointTree
{
    /// <summary>Counting stops here.</summary>
    public const long Limit = 1L << 62;

    // Conditions that make so many different situations mean as many points, or a file written to hurt.
    private const int EffortLimit = 50_000;

    private readonly Node? _root;

    /// <summary>Lays out the tree; all domains are finite.</summary>
    public PointTree(ImmutableArray<Parameter> parameters)
    {
        Parameters = parameters;
        _root = Grow(new Dependents(parameters));
        Count = _root?.Count ?? Limit + 1;
    }

    /// <summary>The parameters, parents first.</summary>
    public ImmutableArray<Parameter> Parameters { get; }

    /// <summary>The number of points, or <see cref="Limit"/> + 1 when there are more.</summary>
    public long Count { get; }

    /// <summary>The point of a number below <see cref="Count"/>; the last parameter changes fastest.</summary>
    public ParameterSet At(long index)
    {
        if (index < 0 || index >= Count || _root is null)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, "The space has no such point, or too many conditions to number its points.");
        }

        var items = new List<KeyValuePair<string, ParameterValue>>(Parameters.Length);
        var node = _root;
        while (node.Parameter < Parameters.Length)
        {
            var at = 0;
            while (index >= node.Branches[at].Points)
            {
                index -= node.Branches[at++].Points;
            }

            var (first, _, next) = node.Branches[at];
            (var steps, index) = Math.DivRem(index, next.Count);
            var parameter = Parameters[node.Parameter];
            items.Add(KeyValuePair.Create(parameter.Name, parameter.Domain.At(first + steps)));
            node = next;
        }

        return new ParameterSet(items);
    }

    // Parameter by parameter, without recursion: a file may hold thousands. Null when it takes too long.
    private Node? Grow(Dependents dependents)
    {
        var effort = 0;
        var levels = Enumerable.Range(0, Parameters.Length + 1).Select(_ => new Dictionary<BigInteger, Node>()).ToArray();
        var root = NodeFor(dependents.Hopeful, 0);
        for (var at = 0; at < Parameters.Length; at++)
        {
            foreach (var (hopeful, node) in levels[at])
            {
                foreach (var (first, length) in dependents.Stretches(at))
                {
                    node.Branches.Add(new Branch(first, length, NodeFor(dependents.After(hopeful, at, first), at + 1)));
                    effort += dependents.Cost;
                    if (effort > EffortLimit)
                    {
                        return null;
                    }
                }
            }
        }

        for (var at = Parameters.Length - 1; at >= 0; at--)
        {
            foreach (var node in levels[at].Values)
            {
                node.CountPoints();
            }
        }

        return root;

        Node NodeFor(BigInteger hopeful, int from)
        {
            var next = dependents.Next(hopeful, from);
            if (!levels[next].TryGetValue(hopeful, out var node))
            {
                levels[next].Add(hopeful, node = new Node(next));
            }

            return node;
        }
    }

    private sealed class Node(int parameter)
    {
        public int Parameter => parameter;

        public List<Branch> Branches { get; } = [];

        public long Count { get; private set; } = 1;

        // Two subtrees at the limit add up to more than 63 bits hold.
        public void CountPoints() => Count = (long)Branches.Aggregate(0UL, (sum, branch) => Math.Min(Limit + 1, sum + (ulong)branch.Points));
    }

    private sealed record Branch(long First, long Length, Node Next)
    {
        public long Points => Math.BigMul((ulong)Length, (ulong)Next.Count, out var low) == 0 ? (long)Math.Min(low, Limit + 1) : Limit + 1;
    }
}
