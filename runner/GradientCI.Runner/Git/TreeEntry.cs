namespace GradientCI.Runner.Git;

/// <summary>A file of a commit.</summary>
/// <param name="Path">
/// From the root of the tree, with <c>/</c>. Bytes that are not UTF-8 are kept as lone surrogates U+DC80 to U+DCFF.
/// </param>
/// <param name="Mode">What it is.</param>
/// <param name="ObjectId">Its blob, or the commit of a submodule.</param>
/// <param name="Size">Its bytes; 0 for a submodule, −1 when the repository lacks the object.</param>
public sealed record TreeEntry(string Path, TreeEntryMode Mode, string ObjectId, long Size);

/// <summary>What an entry of a tree is; the value is Git's own mode.</summary>
public enum TreeEntryMode
{
    /// <summary>A file.</summary>
    Regular = 0x81A4,

    /// <summary>A file that may be executed.</summary>
    Executable = 0x81ED,

    /// <summary>A symbolic link; its target is the blob.</summary>
    SymbolicLink = 0xA000,

    /// <summary>A commit of another repository.</summary>
    Submodule = 0xE000,
}
