using System.Collections.Immutable;
using GradientCI.Runner.Linux;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Datasets;

/// <summary>The folder that an archive is unpacked into; nothing that an archive says leads out of it.</summary>
/// <remarks>
/// Every name is opened relative to an open folder and never through a symbolic link, so a link that the archive brought
/// itself leads its later entries nowhere. Links must stay inside; <c>..</c> may only stand at the start of one, as behind
/// another link it would mean something else than it seems to.
/// </remarks>
internal sealed class UnpackTarget(string root, UnpackBounds bounds) : IDisposable
{
    private const int DeepestFolder = 40;
    private const int LongestName = 255;
    private const int LongestLink = 4_000;
    private const int BufferSize = 128 * 1024;
    private const long LookAtDisk = 64L << 20;
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly SafeFileHandle _root = FileCalls.OpenFolder(root);
    private readonly byte[] _buffer = new byte[BufferSize];
    private ImmutableArray<string> _folder = [];
    private SafeFileHandle? _open;
    private long _entries;
    private long _lookedAt;

    /// <summary>The bytes of the files so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>The files so far.</summary>
    public long Files { get; private set; }

    /// <summary>Makes a folder, and those above it.</summary>
    public void AddFolder(string entry)
    {
        var parts = Parts(entry);
        Count(entry);
        if (!parts.IsEmpty)
        {
            Enter(parts, entry);
        }
    }

    /// <summary>Writes a file, which nobody may write afterwards.</summary>
    public void AddFile(string entry, Stream content, bool isExecutable, CancellationToken cancellationToken)
    {
        var (folder, name) = Place(entry);
        using var file = FileCalls.CreateFile(folder, name, Readable | UnixFileMode.UserWrite);
        var length = 0L;
        for (int count; (count = content.Read(_buffer)) > 0; length += count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Weigh(count);
            RandomAccess.Write(file, _buffer.AsSpan(0, count), length);
        }

        FileCalls.SetMode(file, isExecutable ? Readable | Executable : Readable);
        Files++;
    }

    /// <summary>Makes a symbolic link to something inside.</summary>
    public void AddLink(string entry, string target)
    {
        var (folder, name) = Place(entry);
        var steps = target.Split('/');
        var up = steps.TakeWhile(step => step == "..").Count();
        if (target.Length is 0 or > LongestLink || target.StartsWith('/') || target.Contains('\0', StringComparison.Ordinal)
            || up > _folder.Length || steps.Skip(up).Contains("..", StringComparer.Ordinal))
        {
            throw Refused(entry, $"is a link to {Shown(target)}, which may lead out of the archive");
        }

        FileCalls.MakeLink(target, folder, name);
    }

    /// <summary>Gives a file that came before a second name.</summary>
    public void AddSecondName(string entry, string target)
    {
        var source = Parts(target);
        if (source.IsEmpty)
        {
            throw Refused(entry, "is a link to no file");
        }

        using var from = OpenExisting(source[..^1], entry);
        if (FileCalls.Stat(from, source[^1]) is not { IsPlainFile: true })
        {
            throw Refused(entry, $"is a second name of {Shown(target)}, which is no file that came before");
        }

        var (folder, name) = Place(entry);
        if (!FileCalls.TryLink(from, source[^1], folder, name))
        {
            throw Refused(entry, "is a second name of a file, and the file system makes none");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _open?.Dispose();
        _root.Dispose();
    }

    /// <summary>The refusal of an entry.</summary>
    /// <param name="entry">Its name.</param>
    /// <param name="why">What is wrong with it.</param>
    public static GradientException Refused(string entry, string why) => new(
        FailureKind.Usage, $"The archive is refused: {Shown(entry)} {why}.", "Pack plain files and folders, with names below one folder.");

    private static string Shown(string text) => $"'{PathText.Show(text.Length > 200 ? text[..200] + "…" : text)}'";

    private (SafeFileHandle Folder, string Name) Place(string entry)
    {
        var parts = Parts(entry);
        if (parts.IsEmpty)
        {
            throw Refused(entry, "has no name");
        }

        Count(entry);
        var folder = Enter(parts[..^1], entry);
        if (FileCalls.Stat(folder, parts[^1]) is { } there)
        {
            if (there.IsFolder)
            {
                throw Refused(entry, "takes the place of a folder");
            }

            // As tar does: the last entry of a name counts.
            FileCalls.RemoveFile(folder, parts[^1]);
        }

        return (folder, parts[^1]);
    }

    private static ImmutableArray<string> Parts(string entry)
    {
        ImmutableArray<string> parts = [.. entry.Split('/').Where(part => part is not ("" or "."))];
        return entry.StartsWith('/') ? throw Refused(entry, "is an absolute path")
            : parts.Contains("..", StringComparer.Ordinal) ? throw Refused(entry, "leads out of the archive")
            : parts.Length > DeepestFolder ? throw Refused(entry, $"is deeper than {DeepestFolder} folders")
            : parts.Any(part => part.Contains('\0', StringComparison.Ordinal) || PathText.Encode(part).Length > LongestName) ? throw Refused(entry, "has a name that no file may have")
            : parts;
    }

    // Entries come folder by folder, so the last one is kept open.
    private SafeFileHandle Enter(ImmutableArray<string> folder, string entry)
    {
        if (_open is { } open && folder.AsSpan().SequenceEqual(_folder.AsSpan()))
        {
            return open;
        }

        var current = FileCalls.OpenFolder(_root, ".");
        try
        {
            foreach (var name in folder)
            {
                if (FileCalls.Stat(current, name) is null)
                {
                    Count(entry);
                    FileCalls.MakeFolder(current, name);
                }

                var next = Open(current, name, entry);
                current.Dispose();
                current = next;
            }
        }
        catch
        {
            current.Dispose();
            throw;
        }

        _open?.Dispose();
        (_open, _folder) = (current, folder);
        return current;
    }

    private SafeFileHandle OpenExisting(ImmutableArray<string> folder, string entry)
    {
        var current = FileCalls.OpenFolder(_root, ".");
        foreach (var name in folder)
        {
            var above = current;
            using (above)
            {
                current = Open(above, name, entry);
            }
        }

        return current;
    }

    private static SafeFileHandle Open(SafeFileHandle parent, string name, string entry) => FileCalls.Stat(parent, name) is { IsFolder: true }
        ? FileCalls.OpenFolder(parent, name)
        : throw Refused(entry, $"lies below {Shown(name)}, which is no folder");

    private void Count(string entry)
    {
        if (++_entries > bounds.Entries)
        {
            throw Refused(entry, $"is one too many: it has more than {bounds.Entries} files and folders");
        }
    }

    private void Weigh(int count)
    {
        Bytes += count;
        if (Bytes > bounds.Bytes)
        {
            throw new GradientException(
                FailureKind.Usage, $"The archive unpacks to more than {bounds.Bytes >> 20} MiB.", "Let it with --max-size, if you know what is in it.");
        }

        if (Bytes - _lookedAt >= LookAtDisk || _lookedAt == 0)
        {
            _lookedAt = Bytes;
            if (FreeSpace.Read(root).Bytes < bounds.ReservedBytes)
            {
                throw new GradientException(
                    FailureKind.Environment, $"The disk of {root} has no room for what is in the archive.", "Make room, or unpack it on another disk and give the folder.");
            }
        }
    }
}
