using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>The file that says whether an attempt's container may start, ever.</summary>
/// <remarks>
/// Whoever makes it, which the kernel lets one alone do, decides for good: a starter, that the container which it has made is
/// started next; anybody else, that none ever will be. It appears with its content, so that nobody reads half a decision.
/// </remarks>
internal readonly record struct BeginClaim(string StateDirectory)
{
    private const string Nobody = "nobody";

    private string Path => System.IO.Path.Combine(StateDirectory, "container");

    /// <summary>Whether it is decided, either way.</summary>
    public bool IsDecided => File.Exists(Path);

    /// <summary>Whether it is decided that nobody starts a container.</summary>
    public bool IsForbidden => IsDecided && File.ReadAllText(Path) == Nobody;

    /// <summary>Decides that this container is started.</summary>
    /// <returns>False when it was decided before.</returns>
    /// <exception cref="IOException">The disk is full, and nothing is decided.</exception>
    public bool TryBegin(string container) => TryWrite(container);

    /// <summary>Decides that none is, unless it was decided before.</summary>
    /// <returns>Whether none is started.</returns>
    /// <exception cref="IOException">The disk is full, and nothing is decided.</exception>
    public bool Forbid() => TryWrite(Nobody) || IsForbidden;

    private bool TryWrite(string text)
    {
        Directory.CreateDirectory(StateDirectory);
        var written = $"{Path}.{Guid.NewGuid():N}";
        try
        {
            File.WriteAllText(written, text);
            return FileCalls.TryLink(written, Path);
        }
        finally
        {
            File.Delete(written);
        }
    }
}
