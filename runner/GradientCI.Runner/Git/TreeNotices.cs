using System.Collections.Immutable;
using System.Text;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Git;

/// <summary>What a workspace will not show as the researcher's own clone does.</summary>
internal static class TreeNotices
{
    private const int MaxNamed = 3;

    // A pointer has three lines; extensions add some. The specification allows less than 1,024 bytes.
    private const int MaxPointerBytes = 1023;
    private const int MaxAttributesBytes = 1 << 20;

    public static async Task<ImmutableArray<string>> ListAsync(
        ObjectReader objects, ImmutableArray<TreeEntry> tree, CancellationToken cancellationToken)
    {
        var submodules = tree.Where(entry => entry.Mode == TreeEntryMode.Submodule).ToList();
        var pointers = await ListPointersAsync(objects, tree, cancellationToken);
        var unreadable = tree.Where(entry => entry.Path.AsSpan().IndexOfAnyInRange('\uDC80', '\uDCFF') >= 0 && PathText.Show(entry.Path) != entry.Path).ToList();
        var notices = ImmutableArray.CreateBuilder<string>();
        Add(notices, submodules, "submodule is not checked out", "submodules are not checked out");
        Add(notices, pointers, "file is a Git LFS pointer; its content is not fetched", "files are Git LFS pointers; their contents are not fetched");
        Add(notices, unreadable, "file has a name that is not UTF-8", "files have names that are not UTF-8");
        return notices.ToImmutable();
    }

    private static void Add(ImmutableArray<string>.Builder notices, List<TreeEntry> entries, string one, string many)
    {
        if (entries.Count > 0)
        {
            var names = string.Join(", ", entries.Take(MaxNamed).Select(entry => PathText.Show(entry.Path)));
            notices.Add($"{entries.Count} {(entries.Count == 1 ? one : many)}: {names}{(entries.Count > MaxNamed ? ", …" : "")}");
        }
    }

    // Small files are read only where attributes speak of LFS: reading thousands of blobs would delay every first trial.
    private static async Task<List<TreeEntry>> ListPointersAsync(
        ObjectReader objects, ImmutableArray<TreeEntry> tree, CancellationToken cancellationToken)
    {
        var pointers = new List<TreeEntry>();
        var usesLfs = false;
        foreach (var entry in tree.Where(entry => entry.Path.Split('/')[^1] == ".gitattributes"))
        {
            usesLfs |= await ContainsAsync(objects, entry, "filter=lfs", MaxAttributesBytes, cancellationToken);
        }

        foreach (var entry in tree.Where(entry => usesLfs && entry.Size is > 0 and <= MaxPointerBytes))
        {
            if (await ContainsAsync(objects, entry, "version https://git-lfs.github.com/spec/", MaxPointerBytes, cancellationToken))
            {
                pointers.Add(entry);
            }
        }

        return pointers;
    }

    private static async Task<bool> ContainsAsync(
        ObjectReader objects, TreeEntry entry, string text, int maxBytes, CancellationToken cancellationToken) =>
        entry.Mode is TreeEntryMode.Regular or TreeEntryMode.Executable && entry.Size >= 0
        && await objects.ReadAsync(entry.ObjectId, "blob", maxBytes, cancellationToken) is { } bytes
        && Encoding.Latin1.GetString(bytes).Contains(text, StringComparison.Ordinal);
}
