namespace GradientCI.Runner.Git;

/// <summary>Watches the size of a mirror while something is fetched into it.</summary>
/// <remarks>A server sends what it likes: git itself bounds only pushes.</remarks>
internal sealed class MirrorSize : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly long _maxBytes;
    private readonly Action _exceed;
    private readonly ITimer _timer;
    private volatile bool _isExceeded;

    /// <summary>Begins to watch.</summary>
    /// <param name="path">The mirror.</param>
    /// <param name="maxBytes">The most bytes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="exceed">Called once when there are more.</param>
    public MirrorSize(string path, long maxBytes, TimeProvider time, Action exceed)
    {
        (_path, _maxBytes, _exceed) = (path, maxBytes, exceed);
        _timer = time.CreateTimer(_ => Look(), null, TimeSpan.Zero, Every);
    }

    /// <summary>Whether there were more.</summary>
    public bool IsExceeded => _isExceeded;

    public void Dispose() => _timer.Dispose();

    /// <summary>Measures now.</summary>
    /// <returns>Whether there are more.</returns>
    public bool Look()
    {
        if (_isExceeded || Of(_path) <= _maxBytes)
        {
            return _isExceeded;
        }

        _isExceeded = true;
        try
        {
            _exceed();
        }
        catch (ObjectDisposedException)
        {
            // The fetch ended in between.
        }

        return true;
    }

    /// <summary>The bytes of a mirror's objects.</summary>
    public static long Of(string path)
    {
        try
        {
            return new DirectoryInfo(Path.Combine(path, "objects")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Git moves and removes files meanwhile; the next look counts.
            return 0;
        }
    }
}
