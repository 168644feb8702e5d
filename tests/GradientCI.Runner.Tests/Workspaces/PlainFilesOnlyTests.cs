using System.Diagnostics;
using GradientCI.Runner.Workspaces;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Workspaces;

public sealed class PlainFilesOnlyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Links_and_pipes_go_and_what_links_lead_to_stays()
    {
        _folder.Write("outside/secret", "secret");
        _folder.Write("kept/deep/model", "weights");
        File.CreateSymbolicLink(_folder["kept/deep/latest"], "model");
        File.CreateSymbolicLink(_folder["kept/secret"], _folder["outside/secret"]);
        Directory.CreateSymbolicLink(_folder["kept/away"], _folder["outside"]);
        using (var made = Process.Start("mkfifo", [_folder["kept/pipe"]]))
        {
            made.WaitForExit();
        }

        var plain = Enforce(KeptBounds.Default);

        (plain.Refused, plain.Beyond).ShouldBe((4, 0));
        Directory.GetFileSystemEntries(_folder["kept"], "*", SearchOption.AllDirectories).ShouldBe([_folder["kept/deep"], _folder["kept/deep/model"]], ignoreOrder: true);
        File.ReadAllText(_folder["outside/secret"]).ShouldBe("secret");
    }

    [Fact]
    public void A_folder_that_the_trial_has_locked_is_looked_into()
    {
        Directory.CreateDirectory(_folder["kept/locked"]);
        File.CreateSymbolicLink(_folder["kept/locked/link"], "/etc");
        File.SetUnixFileMode(_folder["kept/locked"], UnixFileMode.None);

        Enforce(KeptBounds.Default).Refused.ShouldBe(1);
    }

    [Theory]
    [InlineData(3, 1_000, 3)]
    [InlineData(9, 25, 2)]
    [InlineData(0, 0, 0)]
    public void No_more_is_kept_than_may_be(int files, long bytes, int kept)
    {
        for (var number = 0; number < 5; number++)
        {
            _folder.Write($"kept/{number % 2}/{number}", "ten bytes.");
        }

        Enforce(new KeptBounds(files, bytes)).Beyond.ShouldBe(5 - kept);

        Directory.GetFiles(_folder["kept"], "*", SearchOption.AllDirectories).Length.ShouldBe(kept);
    }

    [Fact]
    public void A_file_that_is_too_large_makes_room_for_none_but_takes_none_either()
    {
        _folder.Write("kept/large", new string('x', 100));
        _folder.Write("kept/small", "x");

        Enforce(new KeptBounds(10, 50)).Beyond.ShouldBe(1);

        Directory.GetFiles(_folder["kept"]).ShouldBe([_folder["kept/small"]]);
    }

    [Fact]
    public void What_lies_so_deep_that_nobody_lists_it_goes()
    {
        var deep = string.Join('/', Enumerable.Repeat("d", 60));
        _folder.Write($"kept/{deep}/model", "weights");

        Enforce(KeptBounds.Default).Beyond.ShouldBe(1);

        Directory.GetFiles(_folder["kept"], "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    private PlainFilesOnly Enforce(KeptBounds bounds)
    {
        var plain = new PlainFilesOnly(new KeptRoom(bounds));
        plain.Enforce(_folder["kept"]);
        return plain;
    }
}
