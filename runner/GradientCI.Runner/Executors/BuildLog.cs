using System.Text;

namespace GradientCI.Runner.Executors;

/// <summary>What the build of an image printed: a file that others may follow, and its last lines. For one writer at a time.</summary>
public sealed class BuildLog : IDisposable
{
    private const long MaxBytes = 16 << 20;
    private const int LastLength = 4_000;
    private const int Last = 5;
    private const int LineLength = 200;

    private readonly FileStream _file;
    private readonly StringBuilder _end = new();
    private bool _isFull;

    /// <summary>Goes on with a log, or begins it.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public BuildLog(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    }

    /// <summary>The last lines that are not empty, oldest first, cut to a length that can be shown.</summary>
    public IReadOnlyList<string> LastLines =>
        [.. _end.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(Last)
            .Select(line => line.Length <= LineLength ? line : line[..LineLength] + "…")];

    /// <summary>Appends; beyond 16 MiB only the last lines are kept.</summary>
    /// <exception cref="GradientException">The disk is full.</exception>
    public void Write(string text)
    {
        _end.Append(text);
        if (_end.Length > 2 * LastLength)
        {
            _end.Remove(0, _end.Length - LastLength);
        }

        if (!_isFull)
        {
            _isFull = _file.Length > MaxBytes;
            Append(_isFull ? $"\n[gradientci: the log ends here, at {MaxBytes} bytes; the build goes on]\n" : text);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Append(string text)
    {
        try
        {
            _file.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException problem)
        {
            throw new GradientException(FailureKind.Environment, $"The log {_file.Name} cannot be written: {problem.Message.TrimEnd('.')}.", "Make room on the disk.", problem);
        }
    }
}
