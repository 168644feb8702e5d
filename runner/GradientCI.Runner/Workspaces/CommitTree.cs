using GradientCI.Runner.Git;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Workspaces;

/// <summary>A folder of a commit; names that could reach outside, or into <c>.git</c>, are refused.</summary>
internal sealed class CommitTree
{
    private const int MaxDepth = 200;
    private const int MaxNameBytes = 255;
    private const long MaxLinkBytes = 4095;

    public Dictionary<string, CommitTree> Folders { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, TreeEntry> Files { get; } = new(StringComparer.Ordinal);

    /// <exception cref="GradientException">The tree was made to do harm.</exception>
    public static CommitTree Build(IEnumerable<TreeEntry> entries, string commit)
    {
        var root = new CommitTree();
        foreach (var entry in entries)
        {
            var names = entry.Path.Split('/');
            var problem = names.Length > MaxDepth ? $"lies more than {MaxDepth} folders deep"
                : entry.Mode == TreeEntryMode.SymbolicLink && entry.Size is 0 or > MaxLinkBytes ? "is a symbolic link of impossible length"
                : names.Select(ProblemOf).FirstOrDefault(found => found is not null) ?? root.Add(names, entry);
            if (problem is not null)
            {
                var shown = PathText.Show(entry.Path);
                throw new GradientException(
                    FailureKind.Usage,
                    $"Commit {commit} cannot be checked out: '{(shown.Length > 200 ? shown[..200] + "…" : shown)}' {problem}.",
                    "Remove the entry from the repository; git fsck names more of the kind.");
            }
        }

        return root;
    }

    private static string? ProblemOf(string name) => name switch
    {
        "" or "." or ".." => "is not a path inside the repository",
        _ when name.Equals(".git", StringComparison.OrdinalIgnoreCase) => "would take the place of Git's own folder",
        _ when name.Contains('\0', StringComparison.Ordinal) => "holds a zero byte",
        _ when PathText.Encode(name).Length > MaxNameBytes => $"has a name of more than {MaxNameBytes} bytes",
        _ => null,
    };

    private string? Add(string[] names, TreeEntry entry)
    {
        var folder = this;
        foreach (var name in names[..^1])
        {
            if (folder.Files.ContainsKey(name))
            {
                return "is there as a file and as a folder";
            }

            folder.Folders.TryAdd(name, new CommitTree());
            folder = folder.Folders[name];
        }

        var last = names[^1];
        var isNew = !folder.Folders.ContainsKey(last) && (entry.Mode == TreeEntryMode.Submodule
            ? !folder.Files.ContainsKey(last) && folder.Folders.TryAdd(last, new CommitTree())
            : folder.Files.TryAdd(last, entry));
        return isNew ? null : "is there more than once";
    }
}
