using System.Globalization;

namespace GradientCI.Runner.Git;

/// <summary>What each pull request of strangers has brought into a mirror: a file with a number of bytes, by the pull request's number.</summary>
internal sealed class ForkShares(string path)
{
    private string Folder => Path.Combine(path, "gradientci-forks");

    /// <summary>How much a pull request may still bring, and what it is when it brings more.</summary>
    public (long Bytes, MirrorFetchOutcome Beyond) Left(int number, ForkLimits limits)
    {
        var (each, together) = (limits.Each - Read(PathOf(number)), limits.Together - Files().Sum(Read));
        return each <= together ? (Math.Max(0, each), MirrorFetchOutcome.ForkTooLarge) : (Math.Max(0, together), MirrorFetchOutcome.ForksTooLarge);
    }

    /// <summary>Notes that it brought more.</summary>
    public void Add(int number, long bytes)
    {
        if (bytes > 0)
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(PathOf(number), (Read(PathOf(number)) + bytes).ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Forgets what pull requests brought whose heads are let go of.</summary>
    public void Forget(IReadOnlySet<string> refs)
    {
        foreach (var file in Files().Where(file => int.TryParse(Path.GetFileName(file), out var number) && !refs.Contains(MirrorRefs.PullRequest(number))).ToList())
        {
            File.Delete(file);
        }
    }

    private IEnumerable<string> Files() => Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder) : [];

    private string PathOf(int number) => Path.Combine(Folder, number.ToString(CultureInfo.InvariantCulture));

    // A file that a full disk cut short counts as nothing.
    private static long Read(string file) =>
        File.Exists(file) && long.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : 0;
}
