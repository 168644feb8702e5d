using System.Collections.Immutable;

namespace GradientCI.SearchSpaces;

/// <summary>A parameter exists only while all its conditions hold.</summary>
/// <param name="Parameter">The parameter that is asked.</param>
/// <param name="AnyOf">The values under which the condition holds.</param>
public sealed record Condition(string Parameter, ImmutableArray<ParameterValue> AnyOf);

/// <summary>A named hyperparameter of a search space.</summary>
/// <param name="Name">As templates name it.</param>
/// <param name="Domain">The values it may take.</param>
/// <param name="When">All conditions under which it exists; empty means always.</param>
public sealed record Parameter(string Name, ParameterDomain Domain, ImmutableArray<Condition> When);

/// <summary>The space that a sampler searches.</summary>
/// <remarks>Parents stand before the parameters that are conditional on them: the manifest parser sorts them so.</remarks>
/// <param name="Parameters">The parameters, parents first.</param>
public sealed record SearchSpace(ImmutableArray<Parameter> Parameters)
{
    /// <summary>A space of no parameters; it has one point.</summary>
    public static SearchSpace Empty { get; } = new([]);

    /// <summary>Whether a parameter exists, given the values of those before it.</summary>
    public static bool IsActive(Parameter parameter, Func<string, ParameterValue?> valueOf) =>
        parameter.When.All(condition => valueOf(condition.Parameter) is { } value && condition.AnyOf.Contains(value));

    /// <summary>Whether every parameter has a finite domain.</summary>
    public bool IsFinite => Parameters.All(parameter => parameter.Domain.Count is not null);

    /// <summary>
    /// Counts the points of the space, but no further than the limit, so that 50 parameters of 50 values cost as
    /// little as any other space.
    /// </summary>
    /// <param name="limit">Where counting stops, at least 1.</param>
    /// <returns>The number of points; <paramref name="limit"/> + 1 when there are more, or infinitely many.</returns>
    public long CountPoints(long limit)
    {
        if (!IsFinite)
        {
            return limit + 1;
        }

        if (Parameters.All(parameter => parameter.When.IsEmpty))
        {
            long product = 1;
            foreach (var parameter in Parameters)
            {
                var count = parameter.Domain.Count!.Value;
                if (count > limit / product)
                {
                    return limit + 1;
                }

                product *= count;
            }

            return product;
        }

        return Points().Take((int)Math.Min(int.MaxValue - 1, limit) + 1).LongCount();
    }

    /// <summary>Every point of a finite space; the last parameter changes fastest.</summary>
    public IEnumerable<ParameterSet> Points() => Points([], 0);

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
    public override int GetHashCode() => Parameters.Length;

    private IEnumerable<ParameterSet> Points(ImmutableArray<KeyValuePair<string, ParameterValue>> chosen, int index)
    {
        if (index == Parameters.Length)
        {
            yield return new ParameterSet(chosen);
            yield break;
        }

        var parameter = Parameters[index];
        if (!IsActive(parameter, name => chosen.Where(item => item.Key == name).Select(item => (ParameterValue?)item.Value).FirstOrDefault()))
        {
            foreach (var point in Points(chosen, index + 1))
            {
                yield return point;
            }

            yield break;
        }

        for (long at = 0; at < parameter.Domain.Count!.Value; at++)
        {
            foreach (var point in Points(chosen.Add(KeyValuePair.Create(parameter.Name, parameter.Domain.At(at))), index + 1))
            {
                yield return point;
            }
        }
    }
}
