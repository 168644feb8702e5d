using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.Tpe;

/// <summary>Normal kernels over numbers, cut off at both ends, each as wide as the farther of its two neighbours is away.</summary>
internal sealed class NumericAxis : IParzenAxis
{
    // A narrower cell is taken at its middle: a kernel is at least five times as wide.
    private const double WideCell = 1e-3;

    // The last kernel.
    private const double PriorCentre = 0.5, PriorWidth = 1;

    private readonly Func<double, UnitInterval>? _cellAt;
    private readonly (double Centre, double PerWidth)[] _kernels;

    /// <summary>Places the kernels.</summary>
    /// <param name="observed">Where values were observed, in [0, 1].</param>
    /// <param name="isGood">Whether they were good ones, whose kernels may be narrower.</param>
    /// <param name="isCrowded">Whether they are all as wide as the sets lie apart: what their neighbours say comes late while others run.</param>
    /// <param name="cellAt">In a finite domain: the draws that stand for the same value as this one.</param>
    public NumericAxis(double[] observed, bool isGood, bool isCrowded, Func<double, UnitInterval>? cellAt)
    {
        _cellAt = cellAt;
        double[] centres = [.. observed, PriorCentre];
        var least = TpeRules.LeastWidth(centres.Length, isGood);
        var widths = isCrowded && observed.Length > 1 ? Widths(observed, TpeRules.CrowdedWidth * Deviation(observed), least) : Widths(centres, least);
        _kernels = [.. centres.Zip(widths, (centre, width) => (centre, 1 / width))];
    }

    public double Scale(int kernel)
    {
        var (centre, perWidth) = _kernels[kernel];
        var inside = NormalDistribution.Below((1 - centre) * perWidth) - NormalDistribution.Below(-centre * perWidth);
        return (_cellAt is null ? perWidth * NormalDistribution.Peak : 1) / inside;
    }

    public double Draw(int kernel, ref SplitMix64 random)
    {
        var (centre, perWidth) = _kernels[kernel];
        while (true)
        {
            // At least every third draw lies inside.
            var unit = centre + (NormalDistribution.Draw(ref random) / perWidth);
            if (unit is >= 0 and < 1)
            {
                return unit;
            }
        }
    }

    public void Weigh(double unit, Span<(double Factor, double Exponent)> densities)
    {
        if (_cellAt is null)
        {
            WeighPoint(unit, densities);
            return;
        }

        var cell = _cellAt(unit);
        if (cell.Width >= WideCell)
        {
            WeighCell(cell, densities);
            return;
        }

        WeighPoint(cell.Middle, densities);
        for (var kernel = 0; kernel < _kernels.Length; kernel++)
        {
            densities[kernel].Factor *= _kernels[kernel].PerWidth * NormalDistribution.Peak;
        }
    }

    private void WeighPoint(double unit, Span<(double Factor, double Exponent)> densities)
    {
        var kernels = _kernels.AsSpan();
        for (var kernel = 0; kernel < kernels.Length; kernel++)
        {
            var distance = (unit - kernels[kernel].Centre) * kernels[kernel].PerWidth;
            densities[kernel].Exponent -= distance * distance / 2;
        }
    }

    private void WeighCell(UnitInterval cell, Span<(double Factor, double Exponent)> densities)
    {
        var kernels = _kernels.AsSpan();
        for (var kernel = 0; kernel < kernels.Length; kernel++)
        {
            var (centre, perWidth) = kernels[kernel];
            var share = NormalDistribution.Below((cell.To - centre) * perWidth) - NormalDistribution.Below((cell.From - centre) * perWidth);
            densities[kernel].Factor *= Math.Max(0, share) / cell.Width;
        }
    }

    private static double[] Widths(double[] observed, double width, double least) =>
        [.. observed.Select(_ => Math.Clamp(width, least, 1)), PriorWidth];

    private static double Deviation(double[] values) => values.Average() is var mean
        ? Math.Sqrt(values.Average(value => (value - mean) * (value - mean)))
        : 0;

    private static double[] Widths(double[] centres, double least)
    {
        var sorted = (double[])centres.Clone();
        var order = Enumerable.Range(0, centres.Length).ToArray();
        Array.Sort(sorted, order);
        var widths = new double[centres.Length];
        for (var at = 0; at < sorted.Length; at++)
        {
            var below = at == 0 ? 0 : sorted[at] - sorted[at - 1];
            var above = at == sorted.Length - 1 ? 0 : sorted[at + 1] - sorted[at];
            widths[order[at]] = Math.Clamp(Math.Max(below, above), least, 1);
        }

        widths[^1] = PriorWidth;
        return widths;
    }
}
