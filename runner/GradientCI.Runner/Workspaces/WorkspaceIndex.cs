using GradientCI.Runner.Git;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Workspaces;

/// <summary>What was last written to a workspace: which blob stands in which file, and the file's stamp then.</summary>
/// <remarks>
/// An entry counts only while the file still has that stamp. A file that changed in the clock tick in which it was
/// stamped would keep its stamp; hence <see cref="Clock"/>: entries stamped at or after it are held against the blob's
/// digest instead. The same goes for an index of an earlier boot, for a power cut may leave stamps without contents.
/// Without an index, or with a forged one, a workspace is at worst written anew or wrong for itself; it lies beside
/// the workspace, not in it.
/// </remarks>
internal sealed class WorkspaceIndex
{
    private const int Format = 1;
    private const int MaxPathBytes = 1 << 16;

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>The file system's time after everything that may be trusted was stamped, in nanoseconds since 1970.</summary>
    public long Clock { get; set; }

    public int Count => _entries.Count;

    public Entry? this[string path]
    {
        get => _entries.GetValueOrDefault(path);
        set => _entries[path] = value!;
    }

    public void Remove(string path) => _entries.Remove(path);

    public void KeepOnly(Func<string, bool> isWanted)
    {
        foreach (var path in _entries.Keys.Where(path => !isWanted(path)).ToList())
        {
            _entries.Remove(path);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote; empty when it is missing or cut short.</summary>
    public static WorkspaceIndex Load(string file, string boot)
    {
        // Each workspace begins without one, and an exception takes longer than all the rest.
        if (!File.Exists(file))
        {
            return new WorkspaceIndex();
        }

        try
        {
            using var reader = new BinaryReader(File.OpenRead(file));
            var index = new WorkspaceIndex();
            if (reader.ReadInt32() != Format)
            {
                return index;
            }

            var isOfThisBoot = reader.ReadString() == boot;
            var clock = reader.ReadInt64();
            index.Clock = isOfThisBoot ? clock : 0;
            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                var path = PathText.Decode(reader.ReadBytes(Math.Min(reader.ReadInt32(), MaxPathBytes)));
                var objectId = reader.ReadString();
                index[path] = new Entry(objectId, new FileStamp(
                    reader.ReadUInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadUInt16(), reader.ReadUInt32()));
            }

            return index;
        }
        catch (Exception exception) when (exception is IOException or FormatException or ArgumentException)
        {
            return new WorkspaceIndex();
        }
    }

    public void Save(string file, string boot)
    {
        var temporary = file + ".new";
        using (var writer = new BinaryWriter(File.Create(temporary)))
        {
            writer.Write(Format);
            writer.Write(boot);
            writer.Write(Clock);
            writer.Write(_entries.Count);
            foreach (var (path, entry) in _entries)
            {
                var bytes = PathText.Encode(path);
                writer.Write(bytes.Length);
                writer.Write(bytes);
                writer.Write(entry.ObjectId);
                writer.Write(entry.Stamp.Inode);
                writer.Write(entry.Stamp.Size);
                writer.Write(entry.Stamp.Modified);
                writer.Write(entry.Stamp.Changed);
                writer.Write(entry.Stamp.Mode);
                writer.Write(entry.Stamp.Links);
            }
        }

        File.Move(temporary, file, overwrite: true);
    }

    internal sealed record Entry(string ObjectId, FileStamp Stamp);
}
