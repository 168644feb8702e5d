using System.Collections.Immutable;
using System.Numerics;

namespace GradientCI.SearchSpaces;

/// <summary>Which parameters of a space depend on which, as bit sets over their places.</summary>
/// <remarks>A bit set holds the conditional parameters that may still become active: the "hopeful" ones.</remarks>
internal sealed class Dependents
{
    private readonly ImmutableArray<Parameter> _parameters;
    private readonly BigInteger[] _children;
    private readonly SortedDictionary<long, BigInteger>[] _keptAt;
    private readonly List<int> _conditionalParents = [];
    private readonly int[] _nextUnconditional;

    /// <summary>Reads the conditions; all domains are finite.</summary>
    public Dependents(ImmutableArray<Parameter> parameters)
    {
        _parameters = parameters;
        _children = new BigInteger[parameters.Length];
        _keptAt = [.. parameters.Select(_ => new SortedDictionary<long, BigInteger>())];
        _nextUnconditional = new int[parameters.Length + 1];
        _nextUnconditional[^1] = parameters.Length;
        for (var at = parameters.Length - 1; at >= 0; at--)
        {
            _nextUnconditional[at] = parameters[at].When.IsEmpty ? at : _nextUnconditional[at + 1];
        }

        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var hopeful = BigInteger.Zero;
        for (var at = 0; at < parameters.Length; at++)
        {
            // Conditions on what is unknown, or comes later, never hold.
            if (!parameters[at].When.IsEmpty && parameters[at].When.All(condition => places.ContainsKey(condition.Parameter)))
            {
                hopeful |= BigInteger.One << at;
                foreach (var conditions in parameters[at].When.GroupBy(condition => places[condition.Parameter]))
                {
                    Add(conditions.Key, at, conditions);
                }
            }

            places.TryAdd(parameters[at].Name, at);
        }

        _conditionalParents.AddRange(Enumerable.Range(0, parameters.Length).Where(at => !parameters[at].When.IsEmpty && !_children[at].IsZero));
        Hopeful = WithoutOrphans(hopeful, 0);
    }

    /// <summary>The conditional parameters that can become active at all.</summary>
    public BigInteger Hopeful { get; }

    /// <summary>How many steps <see cref="After"/> takes.</summary>
    public int Cost => _conditionalParents.Count + 1;

    /// <summary>The next parameter that will be active, or may be; the number of parameters when there is none.</summary>
    public int Next(BigInteger hopeful, int from)
    {
        var unconditional = _nextUnconditional[from];
        return hopeful.IsZero ? unconditional : Math.Min(unconditional, (int)BigInteger.TrailingZeroCount(hopeful));
    }

    /// <summary>Stretches of positions of a parameter that are alike to all its children.</summary>
    public IEnumerable<(long First, long Length)> Stretches(int at)
    {
        var first = 0L;
        foreach (var named in _keptAt[at].Keys)
        {
            if (named > first)
            {
                yield return (first, named - first);
            }

            yield return (named, 1);
            first = named + 1;
        }

        var count = _parameters[at].Domain.Count!.Value;
        if (count > first)
        {
            yield return (first, count - first);
        }
    }

    /// <summary>Who is still hopeful after an active parameter took a position.</summary>
    public BigInteger After(BigInteger hopeful, int at, long position)
    {
        var lost = _children[at] & ~_keptAt[at].GetValueOrDefault(position);
        return WithoutOrphans(hopeful & ~lost & ~(BigInteger.One << at), at + 1);
    }

    // Parents come first, so that one pass reaches grandchildren too. The parents before "from" have had their say.
    private BigInteger WithoutOrphans(BigInteger hopeful, int from)
    {
        foreach (var parent in _conditionalParents)
        {
            if (parent >= from && (hopeful & (BigInteger.One << parent)).IsZero)
            {
                hopeful &= ~_children[parent];
            }
        }

        return hopeful;
    }

    private void Add(int parent, int child, IEnumerable<Condition> conditions)
    {
        var (bit, domain) = (BigInteger.One << child, _parameters[parent].Domain);
        _children[parent] |= bit;
        foreach (var position in conditions.Select(condition => Positions(domain, condition)).Aggregate((all, next) => [.. all.Intersect(next)]))
        {
            _keptAt[parent][position] = _keptAt[parent].GetValueOrDefault(position) | bit;
        }
    }

    // As IsActive asks it: numbers of either kind.
    private static HashSet<long> Positions(ParameterDomain domain, Condition condition) =>
    [
        .. condition.AnyOf.Concat(condition.AnyOf.Select(value => value.Counterpart).OfType<ParameterValue>())
            .Select(domain.IndexOf)
            .Where(position => position >= 0 && condition.Holds(domain.At(position))),
    ];
}
