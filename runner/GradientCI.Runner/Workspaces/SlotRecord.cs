using System.Runtime.InteropServices;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Workspaces;

/// <summary>How the last owner left a workspace, and whose it was: one line in the lock file.</summary>
/// <param name="State">How.</param>
/// <param name="Tenancy">The path of the file that makes it an attempt's, or empty.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SlotRecord(SlotState State, string Tenancy = "")
{
    // A path of Linux's greatest length, the letter and the line's end: a block.
    private const int MaxLength = 4096 + 1;

    /// <summary>Reads it; what is not a record is one of a free workspace.</summary>
    public static SlotRecord Read(FileStream file)
    {
        Span<byte> buffer = stackalloc byte[MaxLength];
        var length = Math.Max(0, RandomAccess.Read(file.SafeFileHandle, buffer, 0));
        var line = buffer[..length].IndexOf((byte)'\n') is >= 0 and var end ? buffer[..end] : buffer[..Math.Min(length, 1)];
        return line.Length > 0 && Enum.IsDefined((SlotState)line[0])
            ? new SlotRecord((SlotState)line[0], PathText.Decode(line[1..]))
            : new SlotRecord(SlotState.Free);
    }

    /// <summary>Writes it over the one before, in one stroke.</summary>
    public void Write(FileStream file) =>
        RandomAccess.Write(file.SafeFileHandle, [(byte)State, .. PathText.Encode(Tenancy), (byte)'\n'], 0);
}

/// <summary>How the last owner left a workspace; the letter in its lock file.</summary>
internal enum SlotState
{
    /// <summary>Nobody uses it.</summary>
    Free = 'f',

    /// <summary>A trial got it, and it was not given back.</summary>
    Held = 'h',

    /// <summary>It could not be cleaned.</summary>
    Broken = 'b',
}
