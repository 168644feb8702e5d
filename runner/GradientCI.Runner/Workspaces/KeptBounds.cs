namespace GradientCI.Runner.Workspaces;

/// <summary>The most that is kept of a trial; an operator sets it.</summary>
/// <param name="Files">Files.</param>
/// <param name="Bytes">Bytes of all of them together.</param>
public sealed record KeptBounds(int Files, long Bytes)
{
    /// <summary>10,000 files and 10 GiB.</summary>
    public static KeptBounds Default { get; } = new(10_000, 10L << 30);
}

/// <summary>How much of its bounds is used.</summary>
/// <param name="bounds">The bounds.</param>
internal sealed class KeptRoom(KeptBounds bounds)
{
    private int _files;
    private long _bytes;

    /// <summary>Takes the room of one more file.</summary>
    /// <returns>False when there is not so much; nothing is taken then.</returns>
    public bool TryTake(long bytes)
    {
        if (_files >= bounds.Files || bytes > bounds.Bytes - _bytes)
        {
            return false;
        }

        (_files, _bytes) = (_files + 1, _bytes + bytes);
        return true;
    }

    /// <summary>The same room, as much of it used.</summary>
    public KeptRoom Copy() => new(bounds) { _files = _files, _bytes = _bytes };
}
