namespace GradientCI.Runner.Git;

/// <summary>The packs that come into a mirror from now on.</summary>
internal sealed class NewPacks
{
    private readonly string _folder;
    private readonly HashSet<string> _known;

    /// <summary>Notes what is there now.</summary>
    public NewPacks(string path)
    {
        _folder = Path.Combine(path, "objects", "pack");
        _known = Files().ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Removes what came; no ref may lead to it.</summary>
    public void Remove()
    {
        // Without its index a pack is none, so that goes first.
        foreach (var file in Files().Where(file => !_known.Contains(file)).OrderBy(file => file.EndsWith(".idx", StringComparison.Ordinal) ? 0 : 1).ToList())
        {
            File.Delete(file);
        }
    }

    private IEnumerable<string> Files() => Directory.Exists(_folder) ? Directory.EnumerateFiles(_folder) : [];
}
