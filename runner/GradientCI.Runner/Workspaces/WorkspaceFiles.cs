using System.Collections.Immutable;
using System.IO.Enumeration;
using GradientCI.Runner.Linux;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Workspaces;

/// <summary>Finds and opens files that a trial writes, without ever leaving its workspace.</summary>
/// <remarks>
/// The trial may put a symbolic link, a pipe or a device in a file's place at any moment. So what was opened is
/// asked for its real path afterwards, and nothing is opened in a way that waits.
/// </remarks>
internal sealed class WorkspaceFiles
{
    private const int MostEntries = 20_000;
    private const int DeepestFolder = 32;

    private readonly string _root;

    public WorkspaceFiles(string workspace)
    {
        using var folder = FileCalls.TryOpen(workspace);
        _root = folder is null ? Path.GetFullPath(workspace) : RealPath(folder);
    }

    /// <summary>What is worth knowing, or null.</summary>
    public string? Notice { get; private set; }

    /// <summary>Files that one of the globs matches, by path; symbolic links are not followed.</summary>
    public ImmutableArray<string> Find(IEnumerable<WorkspaceGlob> globs) =>
        [.. globs.Where(glob => glob.IsInside).SelectMany(Find).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Opens a file for reading, or null when it is gone, unreadable, or not a plain file of the workspace.</summary>
    public SafeFileHandle? Open(string relative)
    {
        var path = Path.Join(_root, relative);
        var file = FileCalls.TryOpen(path);
        if (file is null || (RealPath(file) == path && IsPlain(file)))
        {
            return file;
        }

        file.Dispose();
        return null;
    }

    private IEnumerable<string> Find(WorkspaceGlob glob)
    {
        if (glob.IsLiteral)
        {
            return File.Exists(Path.Join(_root, glob.Text)) ? [glob.Text] : [];
        }

        var folder = Path.Join(_root, glob.Folder).TrimEnd('/');
        using (var handle = FileCalls.TryOpen(folder))
        {
            if (handle is null || RealPath(handle) != folder || !Directory.Exists(folder))
            {
                return [];
            }
        }

        var options = new EnumerationOptions
        {
            RecurseSubdirectories = glob.IsDeep,
            MaxRecursionDepth = DeepestFolder,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        var entries = new FileSystemEnumerable<(string Path, bool IsFolder)>(
            folder, (ref FileSystemEntry entry) => (entry.ToFullPath()[(_root.Length + 1)..], entry.IsDirectory), options).Take(MostEntries).ToList();
        if (entries.Count == MostEntries)
        {
            Notice = $"Only {MostEntries} files and folders were looked at for the pattern {glob.Text}.";
        }

        return entries.Where(entry => !entry.IsFolder && glob.Matches(entry.Path)).Select(entry => entry.Path);
    }

    private static bool IsPlain(SafeFileHandle file)
    {
        try
        {
            Span<byte> probe = stackalloc byte[1];
            return RandomAccess.GetLength(file) >= 0 && RandomAccess.Read(file, probe, 0) >= 0;
        }
        catch (Exception exception) when (exception is NotSupportedException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string RealPath(SafeFileHandle file) =>
        File.ResolveLinkTarget($"/proc/self/fd/{file.DangerousGetHandle()}", returnFinalTarget: false)?.FullName ?? "";
}
