using System.Collections.Immutable;
using System.Numerics;
using GradientCI.SearchSpaces;

namespace GradientCI.Importance;

/// <summary>A parameter's domain cut into few cells, at the values that were tried: all that a tree can tell apart.</summary>
/// <remarks>
/// At most <see cref="Most"/> cells, so that any union of cells is the bits of one number. A parameter that does not exist
/// in some sets has one cell more for that, the last.
/// </remarks>
internal sealed class CellAxis
{
    /// <summary>The most cells, that of sets without the parameter included.</summary>
    public const int Most = 32;

    private readonly Dictionary<ParameterValue, int> _choices = [];
    private readonly double[] _borders;
    private readonly ParameterDomain _domain;

    private CellAxis(Parameter parameter, double[] borders, double[] widths, double presence, bool hasAbsence)
    {
        (Name, _domain, _borders) = (parameter.Name, parameter.Domain, borders);
        IsOrdered = parameter.Domain is not ChoiceDomain;
        AbsenceCell = hasAbsence ? widths.Length : -1;

        // A share of nothing would make a region of nothing, and that has no mean.
        var shares = widths.Select(width => Math.Max(width * presence, 1e-6)).Concat(hasAbsence ? [Math.Max(1 - presence, 1e-6)] : []).ToArray();
        Shares = [.. shares.Select(share => share / shares.Sum())];
        Edges = [0, .. widths.Select((_, at) => widths.Take(at + 1).Sum())];
    }

    /// <summary>The parameter's name.</summary>
    public string Name { get; }

    /// <summary>Whether the cells have an order: those of choices have none.</summary>
    public bool IsOrdered { get; }

    /// <summary>The cell of sets without the parameter; -1 when every set has it.</summary>
    public int AbsenceCell { get; }

    /// <summary>How much of the space lies in each cell; they sum to 1.</summary>
    public ImmutableArray<double> Shares { get; }

    /// <summary>Where the cells of sets with the parameter begin and end, in units of its domain: from 0 to 1.</summary>
    public ImmutableArray<double> Edges { get; }

    /// <summary>The union of all cells.</summary>
    public uint All => uint.MaxValue >> (Most - Shares.Length);

    /// <summary>Cuts a domain.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="values">The values that were tried; null where a set lacks the parameter.</param>
    /// <param name="presence">In which share of the space the parameter exists.</param>
    public static CellAxis Of(Parameter parameter, IReadOnlyCollection<ParameterValue?> values, double presence)
    {
        var hasAbsence = presence < 1 || values.Any(value => value is null);
        var most = Most - (hasAbsence ? 1 : 0);
        return parameter.Domain is ChoiceDomain choices
            ? OfChoices(parameter, choices, most, presence, hasAbsence)
            : OfNumbers(parameter, values, most, presence, hasAbsence);
    }

    /// <summary>The cell of a value.</summary>
    public int CellOf(ParameterValue? value)
    {
        if (value is not { } known)
        {
            return AbsenceCell;
        }

        if (!IsOrdered)
        {
            return _choices[known];
        }

        var at = Array.BinarySearch(_borders, _domain.UnitsOf(known).Middle);
        return at < 0 ? ~at : at;
    }

    /// <summary>How much of the space lies in some cells.</summary>
    public double ShareOf(uint cells)
    {
        if (cells == All)
        {
            return 1;
        }

        var share = 0.0;
        for (; cells != 0; cells &= cells - 1)
        {
            share += Shares[BitOperations.TrailingZeroCount(cells)];
        }

        return share;
    }

    // Choices beyond the cells share the last one.
    private static CellAxis OfChoices(Parameter parameter, ChoiceDomain choices, int most, double presence, bool hasAbsence)
    {
        var cells = Math.Min(most, choices.Values.Length);
        var widths = new double[cells];
        for (var at = 0; at < choices.Values.Length; at++)
        {
            widths[Math.Min(at, cells - 1)] += 1.0 / choices.Values.Length;
        }

        var axis = new CellAxis(parameter, [], widths, presence, hasAbsence);
        for (var at = 0; at < choices.Values.Length; at++)
        {
            axis._choices[choices.Values[at]] = Math.Min(at, cells - 1);
        }

        return axis;
    }

    // Half way between neighbours; of many, at their quantiles.
    private static CellAxis OfNumbers(Parameter parameter, IReadOnlyCollection<ParameterValue?> values, int most, double presence, bool hasAbsence)
    {
        var tried = values.OfType<ParameterValue>().Select(value => parameter.Domain.UnitsOf(value).Middle).Distinct().Order().ToArray();
        var cells = Math.Clamp(tried.Length, 1, most);
        var borders = new double[cells - 1];
        for (var at = 1; at < cells; at++)
        {
            var next = (int)((long)at * tried.Length / cells);
            borders[at - 1] = (tried[next - 1] + tried[next]) / 2;
        }

        double[] edges = [0, .. borders, 1];
        return new CellAxis(parameter, borders, [.. edges.Zip(edges.Skip(1), (from, to) => to - from)], presence, hasAbsence);
    }
}
