using System.Collections.Immutable;

namespace GradientCI.Runner.Ingestion;

/// <summary>How far a file of the workspace was read.</summary>
/// <param name="Path">Relative to the workspace.</param>
internal sealed record SourcePosition(string Path)
{
    /// <summary>All bytes before it were read.</summary>
    public long Offset { get; init; }

    /// <summary>The number of the next row, from 0, counted from the start of the file.</summary>
    public long Row { get; init; }

    /// <summary>How many rows were taken; more than <see cref="Row"/> while a file that was written anew is read again.</summary>
    public long Taken { get; init; }

    /// <summary>The bytes right before the offset, by which a file that was written anew is told from one that grew.</summary>
    public byte[] Tail { get; init; } = [];

    /// <summary>Whether the file is left alone, because it was there before the trial.</summary>
    public bool IsClosed { get; init; }
}

/// <summary>The positions in all files, in the order in which the files were found.</summary>
internal sealed record SourcePositions(ImmutableArray<SourcePosition> Files, ImmutableArray<SourcePosition> Events)
{
    public static readonly SourcePositions None = new([], []);
}
