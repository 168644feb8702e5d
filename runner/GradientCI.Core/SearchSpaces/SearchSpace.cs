using System.Collections.Immutable;

namespace GradientCI.SearchSpaces;

/// <summary>A parameter exists only while all its conditions hold.</summary>
/// <param name="Parameter">The parameter that is asked; while it does not exist itself, the condition does not hold.</param>
/// <param name="AnyOf">The values under which the condition holds.</param>
public sealed record Condition(string Parameter, ImmutableArray<ParameterValue> AnyOf)
{
    /// <summary>Whether it holds for a value. Numbers are compared as numbers: "when: 1" holds for a float of 1.0.</summary>
    public bool Holds(ParameterValue value) => AnyOf.Contains(value) || (value.Counterpart is { } other && AnyOf.Contains(other));

    /// <inheritdoc/>
    public bool Equals(Condition? other) => other is not null && Parameter == other.Parameter && AnyOf.SequenceEqual(other.AnyOf);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Parameter, AnyOf.Length);
}

/// <summary>A named hyperparameter of a search space.</summary>
/// <param name="Name">As templates name it.</param>
/// <param name="Domain">The values it may take.</param>
/// <param name="When">All conditions under which it exists; empty means always.</param>
public sealed record Parameter(string Name, ParameterDomain Domain, ImmutableArray<Condition> When)
{
    /// <inheritdoc/>
    public bool Equals(Parameter? other) =>
        other is not null && Name == other.Name && Domain == other.Domain && When.SequenceEqual(other.When);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Domain);
}

/// <summary>The space that a sampler searches.</summary>
/// <remarks>Parents stand before the parameters that are conditional on them: the manifest parser sorts them so.</remarks>
/// <param name="Parameters">The parameters, parents first.</param>
public sealed record SearchSpace(ImmutableArray<Parameter> Parameters)
{
    /// <summary>No space is counted further than this.</summary>
    public const long CountLimit = PointTree.Limit;

    private PointTree? _points;

    /// <summary>A space of no parameters; it has one point.</summary>
    public static SearchSpace Empty { get; } = new([]);

    /// <summary>Whether every parameter has a finite domain.</summary>
    public bool IsFinite => Parameters.All(parameter => parameter.Domain.Count is not null);

    // Built once per list of parameters, which a copy made by "with" may have exchanged.
    private PointTree Tree => _points is { } known && known.Parameters == Parameters ? known : _points = new PointTree(Parameters);

    /// <summary>Whether a parameter exists, given the values of those before it.</summary>
    public static bool IsActive(Parameter parameter, Func<string, ParameterValue?> valueOf) =>
        parameter.When.All(condition => valueOf(condition.Parameter) is { } value && condition.Holds(value));

    /// <summary>Counts the points of the space without visiting them: 50 parameters of 50 values cost no more than two.</summary>
    /// <param name="limit">Where counting stops, from 1 to <see cref="CountLimit"/>.</param>
    /// <returns>The number of points; <paramref name="limit"/> + 1 when there are more, or infinitely many.</returns>
    public long CountPoints(long limit) => !IsFinite ? limit + 1
        : Parameters.Any(parameter => !parameter.When.IsEmpty) ? Math.Min(Tree.Count, limit + 1)
        : CountCombinations(limit);

    // Without conditions every value goes with every other, and the tree need not be laid out.
    private long CountCombinations(long limit)
    {
        var count = 1L;
        foreach (var parameter in Parameters)
        {
            var values = parameter.Domain.Count!.Value;
            if (values > 0 && count > limit / values)
            {
                return limit + 1;
            }

            count *= values;
        }

        return count;
    }

    /// <summary>One point of a finite space, numbered as <see cref="Points"/> lists them.</summary>
    /// <param name="index">From 0, below the number of points and at most <see cref="CountLimit"/>.</param>
    public ParameterSet PointAt(long index) => Tree.At(index);

    /// <summary>Every point of a finite space; the last parameter changes fastest.</summary>
    public IEnumerable<ParameterSet> Points()
    {
        for (var index = 0L; index < Tree.Count; index++)
        {
            yield return PointAt(index);
        }
    }

    /// <summary>The set that a point of the unit cube stands for; the coordinates of inactive parameters are passed over.</summary>
    /// <param name="units">One coordinate in [0, 1) per parameter.</param>
    public ParameterSet At(ReadOnlySpan<double> units)
    {
        var chosen = new Dictionary<string, ParameterValue>(StringComparer.Ordinal);
        var items = new List<KeyValuePair<string, ParameterValue>>(Parameters.Length);
        for (var at = 0; at < Parameters.Length; at++)
        {
            var parameter = Parameters[at];
            if (IsActive(parameter, name => chosen.TryGetValue(name, out var known) ? known : null))
            {
                var value = parameter.Domain.Draw(units[at]);
                chosen[parameter.Name] = value;
                items.Add(KeyValuePair.Create(parameter.Name, value));
            }
        }

        return new ParameterSet(items);
    }

    /// <summary>Whether a set has exactly the active parameters, each within its domain.</summary>
    public bool Contains(ParameterSet set)
    {
        var active = 0;
        foreach (var parameter in Parameters.Where(parameter => IsActive(parameter, name => set[name])))
        {
            if (set[parameter.Name] is not { } value || !parameter.Domain.Contains(value))
            {
                return false;
            }

            active++;
        }

        return active == set.Count;
    }

    /// <inheritdoc/>
    public bool Equals(SearchSpace? other) => other is not null && Parameters.SequenceEqual(other.Parameters);

    /// <inheritdoc/>
    public override int GetHashCode() => Parameters.Aggregate(17, HashCode.Combine);
}
