using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.Gp;

/// <summary>A search space as the kernel sees it: one axis per parameter, each from 0 to 1.</summary>
/// <remarks>
/// Whole numbers, steps and lists of rising numbers stand at the middles of their cells, so that nothing is expected between
/// them; other choices are names. A parameter whose conditions do not hold stands at the middle of its axis, or has a name that
/// no value has.
/// </remarks>
internal sealed class Axes
{
    private const int MostCells = 64;
    private const double Middle = 0.5;
    private const double Absent = -1;

    private static readonly double Last = Math.BitDecrement(1.0);

    private readonly SearchSpace _space;
    private readonly UnitInterval[]?[] _cells;
    private readonly Dictionary<string, int> _places;
    private readonly bool _hasConditions;

    /// <summary>Looks at a space.</summary>
    public Axes(SearchSpace space)
    {
        _space = space;
        _hasConditions = space.Parameters.Any(parameter => !parameter.When.IsEmpty);
        _places = space.Parameters.Select((parameter, axis) => (parameter.Name, axis)).ToDictionary(StringComparer.Ordinal);
        _cells = [.. space.Parameters.Select(parameter => Cells(parameter.Domain))];
        IsNominal = [.. space.Parameters.Select(parameter => parameter.Domain is ChoiceDomain choice && !IsRising(choice))];
        Middles = [.. _cells.Select(cells => cells?.Select(cell => cell.Middle).ToArray())];
    }

    /// <summary>How many axes there are.</summary>
    public int Count => _cells.Length;

    /// <summary>Which axes hold names.</summary>
    public bool[] IsNominal { get; }

    /// <summary>Per axis, where its few values stand; null where they are a continuum, or so many that they are as good as one.</summary>
    public double[]?[] Middles { get; }

    /// <summary>Where a set stands; null for one that is foreign to the space.</summary>
    public double[]? UnitsOf(ParameterSet set)
    {
        if (!_space.Contains(set))
        {
            return null;
        }

        var units = new double[Count];
        for (var axis = 0; axis < Count; axis++)
        {
            var parameter = _space.Parameters[axis];
            units[axis] = set[parameter.Name] is { } value ? parameter.Domain.UnitsOf(value).Middle : Middle;
        }

        return units;
    }

    /// <summary>The set that stands at a point.</summary>
    public ParameterSet At(double[] units) => _space.At([.. units.Select(unit => Math.Min(unit, Last))]);

    /// <summary>Moves coordinates to the values that they stand for, where there are few.</summary>
    public void Snap(double[] units)
    {
        for (var axis = 0; axis < Count; axis++)
        {
            if (_cells[axis] is { } cells)
            {
                var unit = units[axis];
                var cell = Array.FindIndex(cells, each => unit < each.To);
                units[axis] = cells[cell < 0 ? ^1 : cell].Middle;
            }
        }
    }

    /// <summary>A point as the kernel sees it: whatever a parameter that does not exist would be, it is the same.</summary>
    public double[] Seen(double[] units)
    {
        if (!_hasConditions)
        {
            return units;
        }

        var existing = Existing(units);
        return [.. units.Select((unit, axis) => existing[axis] ? unit : IsNominal[axis] ? Absent : Middle)];
    }

    /// <summary>Which parameters exist at a point.</summary>
    public bool[] Existing(double[] units)
    {
        var existing = new bool[Count];
        for (var axis = 0; axis < Count; axis++)
        {
            existing[axis] = SearchSpace.IsActive(
                _space.Parameters[axis],
                name => _places.TryGetValue(name, out var at) && existing[at] ? _space.Parameters[at].Domain.Draw(Math.Min(units[at], Last)) : null);
        }

        return existing;
    }

    private static UnitInterval[]? Cells(ParameterDomain domain) => domain.Count is { } count && (count <= MostCells || domain is ChoiceDomain)
        ? [.. Enumerable.Range(0, (int)count).Select(at => domain.UnitsOf(domain.At(at)))]
        : null;

    private static bool IsRising(ChoiceDomain choice) => choice.Values.Length > 2 && choice.Values.All(value => value.IsNumeric)
        && choice.Values.Zip(choice.Values.Skip(1)).All(pair => pair.First.AsDouble < pair.Second.AsDouble);
}
