using System.Security.Cryptography;
using System.Text;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>The names by which images are known to be ours. The Engine keeps them, so that nothing else can be wrong about what is there.</summary>
internal static class ImageNames
{
    /// <summary>Where images are that were pulled for runs; each has its other name, too.</summary>
    public const string Pulled = "gradientci/pulled";

    /// <summary>Where images are that were built from commits.</summary>
    public const string Built = "gradientci/build";

    /// <summary>The digest of what an image was built from; the label is within the image, so nobody else can have it by a name alone.</summary>
    public const string BuildLabel = "gradientci.build";

    /// <summary>The tag of a pulled image.</summary>
    /// <param name="owner">The data folder that it was pulled for.</param>
    /// <param name="id"><c>sha256:…</c></param>
    public static string PulledTag(string owner, string id) => $"{Start(owner)}-{id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..][..12]}";

    /// <summary>Whether a name says that this data folder pulled the image.</summary>
    public static bool IsPulledBy(string owner, string name) => name.StartsWith($"{Pulled}:{Start(owner)}-", StringComparison.Ordinal);

    private static string Start(string owner) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner)).AsSpan(0, 6));
}
