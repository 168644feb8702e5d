using System.Collections.Immutable;
using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.Tpe;

/// <summary>Parameters that exist under the same conditions, and so are always observed together.</summary>
/// <param name="Parameters">The parameters.</param>
/// <param name="Places">Their places in the space.</param>
internal sealed record ParameterGroup(ImmutableArray<Parameter> Parameters, ImmutableArray<int> Places)
{
    /// <summary>The groups of a space, parents first; the first is that of the parameters without conditions.</summary>
    public static ImmutableArray<ParameterGroup> Of(SearchSpace space) =>
    [
        .. space.Parameters.Select((parameter, place) => (Parameter: parameter, Place: place))
            .GroupBy(each => Conditions(each.Parameter), StringComparer.Ordinal)
            .OrderBy(group => group.Key.Length > 0)
            .Select(group => new ParameterGroup([.. group.Select(each => each.Parameter)], [.. group.Select(each => each.Place)])),
    ];

    /// <summary>Whether a set has these parameters. It has all or none of them.</summary>
    public bool IsIn(ParameterSet set) => set[Parameters[0].Name] is not null;

    /// <summary>The group less some of its parameters.</summary>
    public ParameterGroup Without(Predicate<Parameter> isLeftOut)
    {
        var kept = Enumerable.Range(0, Parameters.Length).Where(at => !isLeftOut(Parameters[at])).ToArray();
        return new ParameterGroup([.. kept.Select(at => Parameters[at])], [.. kept.Select(at => Places[at])]);
    }

    /// <summary>Puts the coordinates of this group among those of the space.</summary>
    public void Lay(double[] point, double[] units)
    {
        for (var at = 0; at < point.Length; at++)
        {
            units[Places[at]] = point[at];
        }
    }

    private static string Conditions(Parameter parameter) => string.Join('&', parameter.When.Select(Text).Order(StringComparer.Ordinal));

    private static string Text(Condition condition) =>
        $"{condition.Parameter}={string.Join('|', condition.AnyOf.Select(value => $"{value.Kind}:{value}").Order(StringComparer.Ordinal))}";
}
