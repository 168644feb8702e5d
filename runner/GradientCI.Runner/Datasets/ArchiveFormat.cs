namespace GradientCI.Runner.Datasets;

/// <summary>How an archive is packed.</summary>
internal enum ArchiveFormat
{
    /// <summary><c>.tar</c></summary>
    Tar,

    /// <summary><c>.tar.gz</c>, <c>.tgz</c></summary>
    GzippedTar,

    /// <summary><c>.tar.zst</c>, <c>.tzst</c></summary>
    ZstandardTar,

    /// <summary><c>.zip</c></summary>
    Zip,
}

/// <summary>Names of archives.</summary>
internal static class ArchiveFormats
{
    private static readonly (string End, ArchiveFormat Format)[] Known =
    [
        (".tar", ArchiveFormat.Tar),
        (".tar.gz", ArchiveFormat.GzippedTar),
        (".tgz", ArchiveFormat.GzippedTar),
        (".tar.zst", ArchiveFormat.ZstandardTar),
        (".tzst", ArchiveFormat.ZstandardTar),
        (".zip", ArchiveFormat.Zip),
    ];

    /// <summary>The format that the end of a file's name says.</summary>
    /// <exception cref="GradientException">It says none that is unpacked.</exception>
    public static ArchiveFormat Of(string path)
    {
        foreach (var (end, format) in Known)
        {
            if (path.EndsWith(end, StringComparison.OrdinalIgnoreCase))
            {
                return format;
            }
        }

        throw new GradientException(
            FailureKind.Usage, $"{path} is neither a folder nor an archive that can be unpacked.",
            "Give a .tar, .tar.gz, .tgz, .tar.zst, .tzst or .zip; or unpack it yourself, and give the folder.");
    }
}
