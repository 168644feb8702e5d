using System.Collections.Immutable;
using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.CmaEs;

/// <summary>The parameters with an order that always exist: the space of the normal distribution, in the unit cube of the space's own draws.</summary>
/// <param name="Parameters">The parameters.</param>
/// <param name="Places">Their places in the space.</param>
internal sealed record SearchAxes(ImmutableArray<Parameter> Parameters, ImmutableArray<int> Places)
{
    // A narrower step is a continuum to every distribution that has not long converged.
    private const double LeastCell = 1e-9;

    /// <summary>The axes of a space.</summary>
    public static SearchAxes Of(SearchSpace space)
    {
        var places = Enumerable.Range(0, space.Parameters.Length).Where(place => IsAxis(space.Parameters[place])).ToImmutableArray();
        return new SearchAxes([.. places.Select(place => space.Parameters[place])], places);
    }

    /// <summary>Whether a parameter is an axis.</summary>
    public static bool IsAxis(Parameter parameter) => parameter.When.IsEmpty && parameter.Domain is not ChoiceDomain && parameter.Domain.Count != 1;

    /// <summary>Puts the coordinates of a point among those of the space.</summary>
    public void Lay(double[] point, double[] units)
    {
        for (var at = 0; at < point.Length; at++)
        {
            units[Places[at]] = point[at];
        }
    }

    /// <summary>The coordinates of a set; null for a foreign one that lacks an axis.</summary>
    /// <param name="set">The set.</param>
    /// <param name="draw">Where it was likely drawn: a step of a parameter stands for many draws.</param>
    /// <param name="state">Its distribution.</param>
    public double[]? PointOf(ParameterSet set, Func<double[]> draw, CmaState state)
    {
        double[]? drawn = null;
        var point = new double[Parameters.Length];
        for (var at = 0; at < point.Length; at++)
        {
            var domain = Parameters[at].Domain;
            if (set[Parameters[at].Name] is not { IsNumeric: true } value)
            {
                return null;
            }

            var cell = domain.UnitsOf(value);
            point[at] = cell.Width < LeastCell ? cell.Middle
                : domain.Draw((drawn ??= draw())[at]) == value ? drawn[at]
                : Math.Clamp(state.Mean[at], cell.From, cell.To);
        }

        return point;
    }

    /// <summary>The coordinates of a point of the space, wherever it was drawn.</summary>
    public double[] MiddleOf(ParameterSet set) => [.. Parameters.Select(parameter => parameter.Domain.UnitsOf(set[parameter.Name]!.Value).Middle)];

    /// <summary>A distribution that leaves the present value of every stepped parameter now and then ("CMA-ES with Margin").</summary>
    public CmaState WithMargin(CmaState state)
    {
        var margin = CmaRules.Margin(Parameters.Length, state.Population);
        for (var at = 0; at < Parameters.Length; at++)
        {
            if (Parameters[at].Domain is { Count: not null } domain
                && domain.UnitsOf(domain.Draw(state.Mean[at])) is { Width: >= LeastCell } cell
                && Margin.Of(cell, state.Mean[at], state.Deviation(at), margin) is { } moved)
            {
                state = state.With(at, moved.Mean, moved.Deviation);
            }
        }

        return state;
    }
}
