using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GradientCI.Runner.Backups;

/// <summary>A file or symbolic link of a backup.</summary>
/// <param name="Path">Below the backup's folder.</param>
/// <param name="Size">Bytes; 0 for a link.</param>
/// <param name="Digest">SHA-256 of the content, hexadecimal; empty for a link.</param>
/// <param name="Target">Where a link leads; null for a file.</param>
internal sealed record BackupEntry(string Path, long Size, string Digest, string? Target = null);

/// <summary>The list of everything in a backup. It is written last, and ends with a digest of itself: without it there is no backup.</summary>
internal sealed record BackupManifest(DateTimeOffset MadeAt, ImmutableArray<BackupEntry> Entries)
{
    public const string FileName = "backup.manifest";

    private const string Heading = "gradientci-backup 1";

    public string Write()
    {
        var text = new StringBuilder($"{Heading}\nmade {MadeAt.ToUnixTimeSeconds()}\n");
        foreach (var entry in Entries)
        {
            text.Append(entry.Target is { } target
                ? $"link {EscapedPath.Escape(target)} {EscapedPath.Escape(entry.Path)}\n"
                : $"file {entry.Digest} {entry.Size} {EscapedPath.Escape(entry.Path)}\n");
        }

        return $"{text}end {Digest(text.ToString())}\n";
    }

    /// <exception cref="FormatException">It was cut short or changed, or is no manifest.</exception>
    public static BackupManifest Read(string text)
    {
        var end = text.LastIndexOf("end ", StringComparison.Ordinal);
        if (end < 0 || text[end..] != $"end {Digest(text[..end])}\n")
        {
            throw new FormatException("The list was cut short or changed.");
        }

        var lines = text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines is not [Heading, var made, .. var entries])
        {
            throw new FormatException("The list is of another version.");
        }

        return new BackupManifest(
            DateTimeOffset.FromUnixTimeSeconds(long.Parse(made.AsSpan(5), CultureInfo.InvariantCulture)), [.. entries.Select(line => Entry(line.Split(' ')))]);
    }

    private static BackupEntry Entry(string[] words) => words switch
    {
        ["file", var digest, var size, var path] => new BackupEntry(Place(path), long.Parse(size, NumberStyles.None, CultureInfo.InvariantCulture), digest),
        ["link", var target, var path] => new BackupEntry(Place(path), 0, "", EscapedPath.Unescape(target)),
        _ => throw new FormatException("A line of the list is neither of a file nor of a link."),
    };

    // Somebody may hand us a list that reaches outside.
    private static string Place(string escaped)
    {
        var path = EscapedPath.Unescape(escaped);
        var parts = path.Split('/');
        return parts.All(part => part is not ("" or "." or "..") && !part.Contains('\0', StringComparison.Ordinal))
            && (path == BackupFolder.DatabaseName || (parts.Length > 1 && DataFolder.BackedUpKinds.Contains(parts[0], StringComparer.Ordinal)))
            ? path
            : throw new FormatException("The list names a file that no backup holds.");
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)));
}
