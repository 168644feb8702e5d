using GradientCI.Runner.Workspaces;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Workspaces;

public sealed class SecondNamesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FactOnSmallDisk]
    public void Where_links_are_refused_files_are_copied_with_their_modes()
    {
        using var disk = new SmallDisk(_folder["disk"], megabytes: 4);
        var script = _folder.Write("from/deep/run.sh", "#!/bin/sh");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        SecondNames.OfFolder(_folder["from"], Path.Combine(disk.Path, "to"));
        SecondNames.OfFolder(_folder["from"], Path.Combine(disk.Path, "to"));

        var copy = Path.Combine(disk.Path, "to", "deep", "run.sh");
        File.ReadAllText(copy).ShouldBe("#!/bin/sh");
        File.GetUnixFileMode(copy).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Directory.GetFiles(Path.Combine(disk.Path, "to", "deep")).ShouldHaveSingleItem();
    }

    [FactOnSmallDisk]
    public void A_full_disk_is_an_error_and_leaves_no_half_file()
    {
        using var disk = new SmallDisk(_folder["disk"], megabytes: 1);
        File.WriteAllBytes(_folder["large"], new byte[2 << 20]);

        Should.Throw<IOException>(() => SecondNames.OfFile(_folder["large"], Path.Combine(disk.Path, "to", "large")));

        Directory.GetFiles(Path.Combine(disk.Path, "to")).ShouldBeEmpty();
    }

    [Fact]
    public void A_tree_deeper_than_forty_folders_is_refused()
    {
        _folder.Write(string.Concat(Enumerable.Repeat("from/", 60)) + "file", "");

        Should.Throw<IOException>(() => SecondNames.OfFolder(_folder["from"], _folder["to"])).Message.ShouldContain("deeper than 40");
    }
}
