using System.Collections.Immutable;
using System.Text;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Builds;

/// <summary>How much of a commit an image is made from.</summary>
internal static class ContextBounds
{
    /// <summary>The most bytes of all files.</summary>
    public const long MaxBytes = 2L << 30;

    /// <summary>The most files.</summary>
    public const int MaxFiles = 100_000;

    /// <summary>Refuses what is too much, and names that cannot be sent.</summary>
    /// <param name="files">What would be sent.</param>
    /// <param name="commit">Whose.</param>
    /// <param name="remedy">What to do about too much.</param>
    /// <exception cref="GradientException">Usage: the first that is wrong.</exception>
    public static void Check(ImmutableArray<TreeEntry> files, CommitSha commit, string remedy)
    {
        var bytes = files.Sum(entry => Math.Max(0, entry.Size));
        if (files.Length > MaxFiles || bytes > MaxBytes)
        {
            throw new GradientException(
                FailureKind.Usage,
                $"An image of commit {commit.Short} would be built from {files.Length} files with {bytes >> 20} MiB; at most {MaxFiles} files and {MaxBytes >> 20} MiB are sent.",
                remedy);
        }

        // Tar knows no other names that every Engine reads alike.
        if (files.FirstOrDefault(entry => !PathText.Encode(entry.Path).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(entry.Path))) is { } odd)
        {
            throw new GradientException(
                FailureKind.Usage, $"The file '{PathText.Show(odd.Path)}' of commit {commit.Short} has a name that is not UTF-8, and cannot be sent to a build.",
                $"Rename it. Or: {remedy}");
        }
    }
}
