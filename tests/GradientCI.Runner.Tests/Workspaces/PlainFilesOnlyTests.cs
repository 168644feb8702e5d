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

        PlainFilesOnly.Enforce(_folder["kept"]).ShouldBe(4);

        Directory.GetFileSystemEntries(_folder["kept"], "*", SearchOption.AllDirectories).ShouldBe([_folder["kept/deep"], _folder["kept/deep/model"]], ignoreOrder: true);
        File.ReadAllText(_folder["outside/secret"]).ShouldBe("secret");
    }

    [Fact]
    public void A_folder_that_the_trial_has_locked_is_looked_into()
    {
        Directory.CreateDirectory(_folder["kept/locked"]);
        File.CreateSymbolicLink(_folder["kept/locked/link"], "/etc");
        File.SetUnixFileMode(_folder["kept/locked"], UnixFileMode.None);

        PlainFilesOnly.Enforce(_folder["kept"]).ShouldBe(1);
    }
}
