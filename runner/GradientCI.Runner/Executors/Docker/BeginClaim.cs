namespace GradientCI.Runner.Executors.Docker;

/// <summary>The file that says whether an attempt's container may start, ever.</summary>
/// <remarks>
/// Whoever creates it, which the kernel lets one alone do, decides for good: a starter, that the container which it has made is
/// started next; anybody else, that none ever will be. A starter that dies before it has written the id had begun nothing.
/// </remarks>
internal readonly record struct BeginClaim(string StateDirectory)
{
    private const string Nobody = "nobody";

    private string Path => System.IO.Path.Combine(StateDirectory, "container");

    /// <summary>Whether it is decided, either way.</summary>
    public bool IsDecided => File.Exists(Path);

    /// <summary>Whether it is decided that nobody starts a container.</summary>
    public bool IsForbidden => IsDecided && File.ReadAllText(Path) is "" or Nobody;

    /// <summary>Decides that this container is started.</summary>
    /// <returns>False when it was decided before.</returns>
    /// <exception cref="IOException">The disk is full.</exception>
    public bool TryBegin(string container) => TryWrite(container);

    /// <summary>Decides that none is, unless it was decided before.</summary>
    /// <returns>Whether none is started.</returns>
    /// <exception cref="IOException">The disk is full.</exception>
    public bool Forbid() => TryWrite(Nobody) || IsForbidden;

    private bool TryWrite(string text)
    {
        Directory.CreateDirectory(StateDirectory);
        try
        {
            using var file = new FileStream(Path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
            file.Write(System.Text.Encoding.ASCII.GetBytes(text));
            return true;
        }
        catch (IOException) when (File.Exists(Path))
        {
            return false;
        }
    }
}
