using System.Formats.Tar;
using System.IO.Compression;
using GradientCI.Runner.Datasets;
using GradientCI.Testing;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace GradientCI.Runner.Tests.Datasets;

/// <summary>What archives are unpacked to, and that a hostile one reaches nothing outside and leaves nothing behind.</summary>
public sealed class UnpackingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public UnpackingTests()
    {
        Directory.CreateDirectory(_folder["to"]);
        _folder.Write("outside/secret", "secret");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("data.tar")]
    [InlineData("data.tar.gz")]
    [InlineData("data.tgz")]
    [InlineData("data.tar.zst")]
    [InlineData("data.tzst")]
    [InlineData("data.zip")]
    public void Files_and_folders_are_unpacked_and_nobody_may_write_them(string name)
    {
        _folder.Write("from/a/b/file", "hello");
        _folder.Write("from/empty", "");
        Pack(name);

        var (bytes, files) = Unpack(name);

        (bytes, files).ShouldBe((5, 2));
        System.IO.File.ReadAllText(_folder["to/a/b/file"]).ShouldBe("hello");
        System.IO.File.ReadAllText(_folder["to/empty"]).ShouldBe("");
        System.IO.File.GetUnixFileMode(_folder["to/empty"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    [Fact]
    public void Links_that_stay_inside_are_kept()
    {
        Tar(
            File("train/1.png", "one"), Link("train/also", "1.png"), Link("test/2.png", "../train/1.png"),
            new PaxTarEntry(TarEntryType.HardLink, "3.png") { LinkName = "train/1.png" });

        Unpack("data.tar");

        System.IO.File.ReadAllText(_folder["to/test/2.png"]).ShouldBe("one");
        System.IO.File.ReadAllText(_folder["to/train/also"]).ShouldBe("one");
        System.IO.File.ReadAllText(_folder["to/3.png"]).ShouldBe("one");
    }

    public static TheoryData<string, TarEntry[]> Hostile => new()
    {
        { "is an absolute path", [File("/etc/passwd", "x")] },
        { "leads out of the archive", [File("../escaped", "x")] },
        { "leads out of the archive", [File("a/../../escaped", "x")] },
        { "may lead out of the archive", [Link("out", "/etc")] },
        { "may lead out of the archive", [Link("out", "..")] },
        { "may lead out of the archive", [Link("a/out", "../../outside")] },
        { "may lead out of the archive", [Link("a/b/root", "../.."), Link("a/b/out", "root/../../outside")] },
        { "is no folder", [Link("a", "b"), File("b/kept", "x"), File("a/file", "x")] },
        { "is no folder", [File("a", "x"), File("a/file", "x")] },
        { "takes the place of a folder", [File("a/file", "x"), File("a", "x")] },
        { "is no file that came before", [new PaxTarEntry(TarEntryType.HardLink, "x") { LinkName = "not-there" }] },
        { "leads out of the archive", [new PaxTarEntry(TarEntryType.HardLink, "x") { LinkName = "../outside/secret" }] },
        { "is neither a file, a folder nor a link", [new PaxTarEntry(TarEntryType.Fifo, "pipe")] },
        { "is neither a file, a folder nor a link", [new PaxTarEntry(TarEntryType.CharacterDevice, "null") { DeviceMajor = 1, DeviceMinor = 3 }] },
        { "is deeper than 40 folders", [File(string.Concat(Enumerable.Repeat("d/", 60)) + "file", "x")] },
        { "has a name that no file may have", [File(new string('n', 300), "x")] },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_archive_is_refused_with_a_sentence(string why, TarEntry[] entries)
    {
        Tar(entries);

        Should.Throw<GradientException>(() => Unpack("data.tar")).Message.ShouldContain(why, Case.Sensitive, string.Join(", ", entries.Select(entry => entry.Name)));

        Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["data.tar", "outside", "to"]);
        Directory.GetFileSystemEntries(_folder["outside"]).ShouldHaveSingleItem();
    }

    [Fact]
    public void A_link_of_a_zip_may_not_lead_out_either()
    {
        using (var zip = ZipFile.Open(_folder["data.zip"], ZipArchiveMode.Create))
        {
            var entry = zip.CreateEntry("out");
            entry.ExternalAttributes = unchecked((int)0xA1FF0000);
            using var content = new StreamWriter(entry.Open());
            content.Write("/etc");
        }

        Should.Throw<GradientException>(() => Unpack("data.zip")).Message.ShouldContain("may lead out of the archive");
    }

    [Theory]
    [InlineData("data.tar.gz")]
    [InlineData("data.tar.zst")]
    public void An_archive_that_grows_beyond_its_bound_is_stopped(string name)
    {
        Directory.CreateDirectory(_folder["from"]);
        System.IO.File.WriteAllBytes(_folder["from/zeros"], new byte[4 << 20]);
        Pack(name);

        Should.Throw<GradientException>(() => Unpack(name, UnpackBounds.Default with { Bytes = 1 << 20 })).Message.ShouldContain("unpacks to more than 1 MiB");
        Should.Throw<GradientException>(() => Unpack(name, UnpackBounds.Default with { Entries = 0 })).Message.ShouldContain("more than 0 files and folders");
    }

    [Fact]
    public void One_that_was_packed_to_need_gigabytes_of_memory_is_refused()
    {
        Directory.CreateDirectory(_folder["from"]);
        System.IO.File.WriteAllBytes(_folder["from/zeros"], new byte[1 << 20]);
        using (var packed = new CompressionStream(System.IO.File.Create(_folder["data.tar.zst"]), leaveOpen: false))
        {
            packed.SetParameter(ZSTD_cParameter.ZSTD_c_windowLog, 28);
            TarFile.CreateFromDirectory(_folder["from"], packed, includeBaseDirectory: false);
        }

        Should.Throw<GradientException>(() => Unpack("data.tar.zst")).Message.ShouldContain("too much memory");
    }

    [Theory]
    [InlineData("data.tar.gz")]
    [InlineData("data.tar.zst")]
    public void One_that_breaks_off_is_called_damaged(string name)
    {
        var noise = new byte[100_000];
        new Random(1).NextBytes(noise);
        Directory.CreateDirectory(_folder["from"]);
        System.IO.File.WriteAllBytes(_folder["from/noise"], noise);
        Pack(name);
        using (var file = System.IO.File.OpenWrite(_folder[name]))
        {
            file.SetLength(file.Length / 2);
        }

        Should.Throw<GradientException>(() => Unpack(name)).Message.ShouldContain("is damaged, or no archive");
    }

    [Fact]
    public void A_disk_without_room_is_said()
    {
        Tar(File("a", "x"));

        Should.Throw<GradientException>(() => Unpack("data.tar", UnpackBounds.Default with { ReservedBytes = long.MaxValue })).Message.ShouldContain("has no room");
    }

    [Theory]
    [InlineData("data.tar")]
    [InlineData("data.tar.gz")]
    [InlineData("data.tar.zst")]
    [InlineData("data.zip")]
    public void What_is_no_archive_is_called_damaged(string name)
    {
        var noise = new byte[2_000];
        new Random(1).NextBytes(noise);
        System.IO.File.WriteAllBytes(_folder[name], noise);

        Should.Throw<GradientException>(() => Unpack(name)).Message.ShouldContain("is damaged, or no archive");
    }

    [Fact]
    public void A_format_that_is_not_unpacked_is_said() =>
        Should.Throw<GradientException>(() => ArchiveFormats.Of("/data/x.7z")).Remedy.ShouldNotBeNull().ShouldContain("unpack it yourself");

    private static PaxTarEntry File(string name, string text) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)) };

    private static PaxTarEntry Link(string name, string target) => new(TarEntryType.SymbolicLink, name) { LinkName = target };

    private void Tar(params TarEntry[] entries)
    {
        using var tar = new TarWriter(System.IO.File.Create(_folder["data.tar"]));
        foreach (var entry in entries)
        {
            if (entry.DataStream is { } data)
            {
                data.Position = 0;
            }

            tar.WriteEntry(entry);
        }
    }

    private void Pack(string name)
    {
        if (name.EndsWith(".zip", StringComparison.Ordinal))
        {
            ZipFile.CreateFromDirectory(_folder["from"], _folder[name]);
            return;
        }

        using var file = System.IO.File.Create(_folder[name]);
        using Stream packed = ArchiveFormats.Of(name) switch
        {
            ArchiveFormat.Tar => file,
            ArchiveFormat.ZstandardTar => new CompressionStream(file),
            _ => new GZipStream(file, CompressionLevel.Fastest),
        };
        TarFile.CreateFromDirectory(_folder["from"], packed, includeBaseDirectory: false);
    }

    private (long Bytes, long Files) Unpack(string name, UnpackBounds? bounds = null)
    {
        using var archive = System.IO.File.OpenRead(_folder[name]);
        using var target = new UnpackTarget(_folder["to"], bounds ?? UnpackBounds.Default with { ReservedBytes = 0 });
        Unpacking.Unpack(archive, ArchiveFormats.Of(name), target, CancellationToken.None);
        return (target.Bytes, target.Files);
    }
}
