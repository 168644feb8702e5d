using System.Collections.Immutable;
using System.Numerics;

namespace GradientCI.SearchSpaces;

/// <summary>The points of a finite space as a tree of choices whose equal subtrees are one, so that points are counted
/// and numbered without being listed.</summary>
/// <remarks>
/// Two prefixes of choices have the same subtree when the same later parameters can no longer become active (are
/// "dead"). That set of dead parameters is the state of a node; a space without conditions has one node per parameter.
/// Counts are held down to <see cref="Limit"/> + 1: positions up to there are still numbered correctly.
/// </remarks>
internal sealed class PointTree
{
    /// <summary>Counting stops here.</summary>
    public const long Limit = 1L << 62;

    // Conditions that make so many different situations mean as many points, or a file written to hurt.
    private const int NodeLimit = 20_000;

    private readonly Node? _root;

    /// <summary>Lays out the tree; all domains are finite.</summary>
    public PointTree(ImmutableArray<Parameter> parameters)
    {
        Parameters = parameters;
        var root = new Node(Neverborn(parameters));
        var levels = Grow(root);
        if (levels is null)
        {
            Count = Limit + 1;
            return;
        }

        for (var level = levels.Count - 1; level >= 0; level--)
        {
            foreach (var node in levels[level])
            {
                node.CountPoints();
            }
        }

        _root = root;
        Count = root.Count;
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
        foreach (var parameter in Parameters)
        {
            if (node.Next is { } next)
            {
                node = next;
                continue;
            }

            var at = 0;
            while (index >= node.Branches[at].Points)
            {
                index -= node.Branches[at++].Points;
            }

            var branch = node.Branches[at];
            (var steps, index) = Math.DivRem(index, branch.Node.Count);
            items.Add(KeyValuePair.Create(parameter.Name, parameter.Domain.At(branch.First + steps)));
            node = branch.Node;
        }

        return new ParameterSet(items);
    }

    // Conditions on what is unknown, or comes later, never hold.
    private static BigInteger Neverborn(ImmutableArray<Parameter> parameters)
    {
        var dead = BigInteger.Zero;
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < parameters.Length; at++)
        {
            if (!parameters[at].When.All(condition => known.Contains(condition.Parameter)))
            {
                dead |= BigInteger.One << at;
            }

            known.Add(parameters[at].Name);
        }

        return dead;
    }

    // Level by level, without recursion: a file may hold thousands of parameters. Null when there are too many nodes.
    private List<Node[]>? Grow(Node root)
    {
        var children = Children();
        var levels = new List<Node[]>();
        Node[] level = [root];
        var nodes = 0;
        for (var at = 0; at < Parameters.Length; at++)
        {
            levels.Add(level);
            nodes += level.Length;
            var below = new Dictionary<BigInteger, Node>();
            foreach (var node in level)
            {
                Branch(node, at, children[at], below);
                if (nodes + below.Count > NodeLimit)
                {
                    return null;
                }
            }

            level = [.. below.Values];
        }

        return levels;
    }

    // For each parameter the later ones that depend on it, with the positions that keep them alive.
    private List<Child>[] Children()
    {
        var children = Parameters.Select(_ => new List<Child>()).ToArray();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var at = 0; at < Parameters.Length; at++)
        {
            foreach (var condition in Parameters[at].When)
            {
                if (places.TryGetValue(condition.Parameter, out var parent))
                {
                    children[parent].Add(new Child(BigInteger.One << at, Positions(Parameters[parent].Domain, condition.AnyOf)));
                }
            }

            places.TryAdd(Parameters[at].Name, at);
        }

        return children;
    }

    // Only values that are equal to the domain's own, as IsActive asks it: an integer 1 is not a float of 1.
    private static HashSet<long> Positions(ParameterDomain domain, ImmutableArray<ParameterValue> values) =>
    [
        .. values.Select(value => (Value: value, Position: domain.IndexOf(value)))
            .Where(named => named.Position >= 0 && domain.At(named.Position) == named.Value)
            .Select(named => named.Position),
    ];

    private void Branch(Node node, int at, List<Child> children, Dictionary<BigInteger, Node> below)
    {
        var bit = BigInteger.One << at;
        if (!(node.Dead & bit).IsZero)
        {
            node.Next = NodeFor(children.Aggregate(node.Dead & ~bit, (dead, child) => dead | child.Bit), below);
            return;
        }

        // Between the positions that some condition names, all positions are alike.
        var first = 0L;
        var count = Parameters[at].Domain.Count!.Value;
        foreach (var named in children.SelectMany(child => child.Alive).Distinct().Order())
        {
            Add(first, named - first);
            Add(named, 1);
            first = named + 1;
        }

        Add(first, count - first);

        void Add(long from, long length)
        {
            if (length > 0)
            {
                var dead = children.Aggregate(node.Dead, (dead, child) => child.Alive.Contains(from) ? dead : dead | child.Bit);
                node.Branches.Add(new Branching(from, length, NodeFor(dead, below)));
            }
        }
    }

    private static Node NodeFor(BigInteger dead, Dictionary<BigInteger, Node> level)
    {
        if (!level.TryGetValue(dead, out var node))
        {
            level.Add(dead, node = new Node(dead));
        }

        return node;
    }

    private sealed record Child(BigInteger Bit, HashSet<long> Alive);

    private sealed class Node(BigInteger dead)
    {
        public BigInteger Dead => dead;

        public Node? Next { get; set; }

        public List<Branching> Branches { get; } = [];

        public long Count { get; private set; } = 1;

        public void CountPoints() => Count = Next?.Count ?? Branches.Aggregate(0L, (sum, branch) => Math.Min(Limit + 1, sum + branch.Points));
    }

    private sealed record Branching(long First, long Length, Node Node)
    {
        public long Points => (long)UInt128.Min((UInt128)Length * (ulong)Node.Count, Limit + 1);
    }
}
