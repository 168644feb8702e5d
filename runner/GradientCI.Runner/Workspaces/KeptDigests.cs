using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Workspaces;

/// <summary>The SHA-256 of what is kept of a trial, in a file beside it that <c>sha256sum --check</c> reads.</summary>
public static class KeptDigests
{
    private const int LongestFile = 64 << 20;
    private const int DigestLength = 64;

    /// <summary>Digests the files of a folder, by path, until their bytes are more than so many; the file appears whole.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="file">Where the digests are kept; removed when there are none.</param>
    /// <param name="mostBytes">What is read at most.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Record(string folder, string file, long mostBytes)
    {
        var files = new KeptFiles(folder);
        var (text, bytes) = (new StringBuilder(), 0L);
        foreach (var path in files.List())
        {
            if (TryDigest(files, path, mostBytes, ref bytes) is not { } digest)
            {
                continue;
            }

            var (mark, name) = path.AsSpan().IndexOfAny('\\', '\n', '\r') < 0 ? ("", path)
                : ("\\", path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal));
            text.Append(mark).Append(digest).Append("  ").Append(name).Append('\n');
        }

        if (text.Length == 0)
        {
            File.Delete(file);
            return;
        }

        File.WriteAllText($"{file}.tmp", text.ToString());
        File.Move($"{file}.tmp", file, overwrite: true);
    }

    /// <summary>The digests by path, 64 hexadecimal digits each; empty where none were recorded.</summary>
    public static ImmutableDictionary<string, string> Read(string file)
    {
        var digests = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var line in Text(file).Split('\n'))
        {
            var isEscaped = line.StartsWith('\\');
            var from = isEscaped ? 1 : 0;
            if (line.Length > from + DigestLength + 2)
            {
                var name = line[(from + DigestLength + 2)..];
                digests[isEscaped ? Unescaped(name) : name] = line.Substring(from, DigestLength);
            }
        }

        return digests.ToImmutable();
    }

    private static string? TryDigest(KeptFiles files, string path, long mostBytes, ref long bytes)
    {
        try
        {
            using var content = files.Open(path);
            return content is null || (bytes += content.Length) > mostBytes ? null : Convert.ToHexStringLower(SHA256.HashData(content));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Text(string file)
    {
        try
        {
            return OwnFile.Read(file, LongestFile).Bytes is { } bytes ? Encoding.UTF8.GetString(bytes) : "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static string Unescaped(string name)
    {
        var text = new StringBuilder(name.Length);
        for (var at = 0; at < name.Length; at++)
        {
            text.Append(name[at] != '\\' || ++at == name.Length ? name[Math.Min(at, name.Length - 1)] : name[at] switch { 'n' => '\n', 'r' => '\r', var other => other });
        }

        return text.ToString();
    }
}
