using GradientCI.Runner.Git;

namespace GradientCI.Cli.Runs;

/// <summary>A manifest as it lies in a folder, committed or not.</summary>
internal static class ManifestFile
{
    /// <summary>Reads a file, or the repository's own manifest.</summary>
    /// <param name="path">The file as it was typed, or null.</param>
    /// <param name="repository">The repository as it was typed.</param>
    /// <param name="terminal">Where it was typed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The name for diagnostics, and the bytes: at most one more than is allowed, which is enough to be refused.</returns>
    public static async Task<(string Name, ReadOnlyMemory<byte> Bytes)> ReadAsync(string? path, string repository, Terminal terminal, CancellationToken cancellationToken)
    {
        var full = Path.GetFullPath(path ?? await DefaultAsync(repository, terminal, cancellationToken), terminal.Directory);
        if (!File.Exists(full))
        {
            throw new GradientException(FailureKind.Usage, $"There is no file {full}.", "Write a first one with: gradientci init");
        }

        return (Path.GetRelativePath(terminal.Directory, full), ReadStart(full));
    }

    private static async Task<string> DefaultAsync(string repository, Terminal terminal, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(repository, terminal.Directory);
        var direct = Path.Combine(folder, GitRepository.ManifestPath);
        if (File.Exists(direct))
        {
            return direct;
        }

        await using var open = await GitRepository.OpenAsync(folder, cancellationToken);
        return Path.Combine(open.WorkTree ?? folder, GitRepository.ManifestPath);
    }

    private static ReadOnlyMemory<byte> ReadStart(string path)
    {
        using var file = File.OpenRead(path);
        var buffer = new byte[GitRepository.MaxManifestBytes + 1];
        return buffer.AsMemory(0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
    }
}
