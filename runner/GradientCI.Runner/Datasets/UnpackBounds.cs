namespace GradientCI.Runner.Datasets;

/// <summary>How much an archive may unpack to: a small one can hold more than any disk.</summary>
/// <param name="Bytes">The most bytes of files.</param>
public sealed record UnpackBounds(long Bytes)
{
    /// <summary>What holds unless the operator says otherwise: 200 GiB.</summary>
    public static UnpackBounds Default { get; } = new(200L << 30);

    /// <summary>The most files, folders and links.</summary>
    public long Entries { get; init; } = 5_000_000;

    /// <summary>What the disk must still have afterwards.</summary>
    public long ReservedBytes { get; init; } = 256L << 20;
}
