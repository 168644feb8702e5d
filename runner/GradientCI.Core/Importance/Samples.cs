using System.Collections.Immutable;

namespace GradientCI.Importance;

/// <summary>What a forest learns from: which cells each set lies in, and the value there.</summary>
/// <param name="Axes">One per parameter.</param>
/// <param name="Cells">By axis, then by set.</param>
/// <param name="Values">By set.</param>
internal sealed record Samples(ImmutableArray<CellAxis> Axes, byte[][] Cells, double[] Values)
{
    /// <summary>How many sets there are.</summary>
    public int Count => Values.Length;

    /// <summary>By set, then by axis.</summary>
    public byte[][] Sets { get; } = [.. Enumerable.Range(0, Values.Length).Select(set => Cells.Select(axis => axis[set]).ToArray())];
}
