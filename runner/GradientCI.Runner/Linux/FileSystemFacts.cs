namespace GradientCI.Runner.Linux;

/// <summary>The file system that a folder lies on.</summary>
/// <param name="Kind">As <c>mount</c> names it: <c>ext4</c>, <c>nfs4</c>, <c>fuse.sshfs</c>.</param>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="Free">What may still be written.</param>
public sealed record FileSystemFacts(string Kind, string MountPoint, FreeSpace Free)
{
    // Locks of these are late, advisory or missing, and SQLite's write-ahead log needs memory that processes share.
    private static readonly string[] Remote = ["nfs", "cifs", "smb", "9p", "afs", "ceph", "gluster", "lustre", "fuse.sshfs", "fuse.s3fs", "fuse.gcsfuse", "fuse.rclone", "fuse.glusterfs"];

    /// <summary>Whether its files are on another machine.</summary>
    public bool IsRemote => Remote.Any(kind => Kind.StartsWith(kind, StringComparison.Ordinal));

    /// <summary>Reads them.</summary>
    /// <param name="folder">An existing folder, absolute.</param>
    /// <exception cref="IOException">The folder cannot be looked at.</exception>
    public static FileSystemFacts Read(string folder)
    {
        using var handle = FileCalls.OpenFolder(folder);
        var path = File.ResolveLinkTarget($"/proc/self/fd/{handle.DangerousGetHandle()}", returnFinalTarget: false)!.FullName;
        var (mount, kind) = Mounts().Where(each => IsBelow(Escape(path), each.Point)).OrderBy(each => each.Point.Length).LastOrDefault();
        return new FileSystemFacts(kind ?? "unknown", mount ?? "/", FreeSpace.Read(path));
    }

    private static IEnumerable<(string Point, string Kind)> Mounts() =>
        from line in File.ReadAllLines("/proc/self/mountinfo")
        let parts = line.Split(" - ", 2)
        let words = parts[0].Split(' ')
        where parts.Length == 2 && words.Length > 4
        select (words[4], parts[1].Split(' ')[0]);

    // As the kernel writes names into that list.
    private static string Escape(string path) => path
        .Replace("\\", @"\134", StringComparison.Ordinal).Replace(" ", @"\040", StringComparison.Ordinal)
        .Replace("\t", @"\011", StringComparison.Ordinal).Replace("\n", @"\012", StringComparison.Ordinal);

    private static bool IsBelow(string path, string point) =>
        path == point || path.StartsWith(point.TrimEnd('/') + "/", StringComparison.Ordinal);
}
