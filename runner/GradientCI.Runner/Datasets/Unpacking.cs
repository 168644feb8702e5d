using System.Formats.Tar;
using System.IO.Compression;
using GradientCI.Runner.Linux;
using ZstdSharp;

namespace GradientCI.Runner.Datasets;

/// <summary>Unpacks an archive of files and folders; whatever else is in it makes it refused as a whole.</summary>
internal static class Unpacking
{
    private const int TypeMask = 0xF000;
    private const int PlainType = 0x8000;
    private const int FolderType = 0x4000;
    private const int LinkType = 0xA000;
    private const int LongestLink = 4_096;

    /// <summary>Unpacks into a target.</summary>
    /// <param name="archive">The archive; it can be read from any place.</param>
    /// <param name="format">How it is packed.</param>
    /// <param name="target">Where to.</param>
    /// <param name="cancellationToken">Gives up between two pieces.</param>
    /// <exception cref="GradientException">It is damaged, refused, or too large.</exception>
    public static void Unpack(FileStream archive, ArchiveFormat format, UnpackTarget target, CancellationToken cancellationToken)
    {
        try
        {
            if (format == ArchiveFormat.Zip)
            {
                UnpackZip(archive, target, cancellationToken);
            }
            else
            {
                using var plain = PlainOf(archive, format);
                UnpackTar(plain, target, cancellationToken);
            }
        }
        catch (Exception problem) when (problem is InvalidDataException or EndOfStreamException or FormatException or ArgumentException or NotSupportedException or ZstdException)
        {
            throw new GradientException(FailureKind.Usage, $"{archive.Name} is damaged, or no archive: {problem.Message.TrimEnd('.')}.", "Pack it anew, or get it again.", problem);
        }
    }

    private static Stream PlainOf(FileStream archive, ArchiveFormat format) => format switch
    {
        ArchiveFormat.GzippedTar => new GZipStream(archive, CompressionMode.Decompress, leaveOpen: true),

        // Takes at most 128 MiB of memory: an archive that was packed to need more is refused.
        ArchiveFormat.ZstandardTar => new DecompressionStream(archive, leaveOpen: true),
        _ => archive,
    };

    private static void UnpackTar(Stream plain, UnpackTarget target, CancellationToken cancellationToken)
    {
        using var tar = new TarReader(plain, leaveOpen: true);
        while (tar.GetNextEntry(copyData: false) is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (entry.EntryType)
            {
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    target.AddFile(entry.Name, entry.DataStream ?? Stream.Null, entry.Mode.HasFlag(UnixFileMode.UserExecute), cancellationToken);
                    break;
                case TarEntryType.Directory:
                    target.AddFolder(entry.Name);
                    break;
                case TarEntryType.SymbolicLink:
                    target.AddLink(entry.Name, entry.LinkName);
                    break;
                case TarEntryType.HardLink:
                    target.AddSecondName(entry.Name, entry.LinkName);
                    break;
                case TarEntryType.GlobalExtendedAttributes:
                    break;
                default:
                    throw UnpackTarget.Refused(entry.Name, "is neither a file, a folder nor a link");
            }
        }
    }

    private static void UnpackZip(FileStream archive, UnpackTarget target, CancellationToken cancellationToken)
    {
        using var zip = new ZipArchive(archive, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var entry in zip.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var mode = entry.ExternalAttributes >> 16;
            if (entry.FullName.EndsWith('/'))
            {
                target.AddFolder(entry.FullName);
                continue;
            }

            using var content = entry.Open();
            switch (mode & TypeMask)
            {
                case 0 or PlainType:
                    target.AddFile(entry.FullName, content, ((UnixFileMode)mode).HasFlag(UnixFileMode.UserExecute), cancellationToken);
                    break;
                case LinkType:
                    target.AddLink(entry.FullName, ReadLink(content));
                    break;
                case FolderType:
                    target.AddFolder(entry.FullName);
                    break;
                default:
                    throw UnpackTarget.Refused(entry.FullName, "is neither a file, a folder nor a link");
            }
        }
    }

    private static string ReadLink(Stream content)
    {
        var bytes = new byte[LongestLink + 1];
        return PathText.Decode(bytes.AsSpan(0, content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
    }
}
