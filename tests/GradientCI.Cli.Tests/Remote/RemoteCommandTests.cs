using GradientCI.Stores;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests.Remote;

/// <summary>What is typed to a service reads as if it had been typed at its machine.</summary>
public sealed class RemoteCommandTests : IAsyncLifetime
{
    private const int Patience = 120_000;
    private RemoteStage _stage = null!;

    public async Task InitializeAsync()
    {
        _stage = await RemoteStage.SetAsync();
        (await _stage.HereAsync("run")).ShouldEndWith(0);
        _stage.Repository.Write("train.sh", ExampleRepository.Script(1) + "\n[ \"$1\" != 2 ]");
        _stage.Repository.Commit("Fail\u001b[31m in the middle");
        (await _stage.HereAsync("run")).ShouldEndWith(1);
    }

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Theory(Timeout = Patience)]
    [InlineData("list")]
    [InlineData("list toy --limit 1 --json")]
    [InlineData("list --all")]
    [InlineData("list nothing")]
    [InlineData("show toy#1")]
    [InlineData("show toy#2.2")]
    [InlineData("show latest --json")]
    [InlineData("logs toy#1.1")]
    [InlineData("logs toy#2 --tail 1")]
    [InlineData("logs toy#2.1 --follow")]
    [InlineData("report toy#2 --format html")]
    [InlineData("report toy --format markdown")]
    [InlineData("compare toy#2")]
    [InlineData("compare toy#2 toy#1 --json")]
    [InlineData("why toy#2.1")]
    [InlineData("why toy#2.1 --json")]
    [InlineData("watch toy#1 --json")]
    [InlineData("watch")]
    [InlineData("pin toy#1")]
    [InlineData("pin toy#1 --off")]
    [InlineData("cancel toy#1")]
    [InlineData("retry toy#1")]
    [InlineData("prune --keep 1 --older-than 1h")]
    [InlineData("approve")]
    [InlineData("approve ada/digits#7 --sha 6dcb09b5b57875f334f61aebed695e2e4193db5e")]
    [InlineData("show toy#9")]
    [InlineData("show toy#x")]
    [InlineData("watch toy#1.1")]
    [InlineData("logs toy#1")]
    [InlineData("logs toy#1.1 --attempt 7")]
    [InlineData("show")]
    [InlineData("shwo toy#1")]
    [InlineData("show --help")]
    [InlineData("report toy#1 --format pdf")]
    public async Task Every_command_says_the_same_here_and_there(string line)
    {
        var words = line.Split(' ');

        var (here, there) = (await _stage.HereAsync(words), await _stage.ThereAsync(words));

        there.Error.ShouldBe(here.Error);
        there.Out.ShouldBe(here.Out);
        there.Bytes.ShouldBe(here.Bytes);
        there.Code.ShouldBe(here.Code);
    }

    [Fact(Timeout = Patience)]
    public async Task A_screen_is_served_as_one()
    {
        _stage.Peculiar = terminal => terminal with { IsOutScreen = true };
        File.AppendAllText(Directory.EnumerateFiles(Path.Combine(_stage.Data, "logs"), "1.1.log", SearchOption.AllDirectories).First(), "\u001b[31mred\n");

        var (here, there) = (await _stage.HereAsync("logs", "toy#1.1"), await _stage.ThereAsync("logs", "toy#1.1"));

        there.Out.ShouldBe(here.Out);
        there.Out.ShouldNotContain('\u001b');
    }

    [Fact(Timeout = Patience)]
    public async Task Reports_and_archives_are_written_here()
    {
        using var folder = new TemporaryFolder();
        var (here, there) = (folder["here"], folder["there"]);
        (await _stage.HereAsync("report", "toy#2", "--output", here)).ShouldEndWith(0);
        (await _stage.HereAsync("export", "toy#2", "--to", folder["here.tar.gz"])).ShouldEndWith(0);

        (await _stage.ThereAsync("report", "toy#2", "--output", there)).ShouldEndWith(0).Out.ShouldBe(Path.Combine(there, "report.html") + "\n");
        (await _stage.ThereAsync("export", "toy#2", "--to", folder["there.tar.gz"])).ShouldEndWith(0).Out.ShouldBe(folder["there.tar.gz"] + "\n");

        foreach (var file in Directory.EnumerateFiles(here))
        {
            (await File.ReadAllTextAsync(Path.Combine(there, Path.GetFileName(file)))).ShouldBe(await File.ReadAllTextAsync(file));
        }

        (await File.ReadAllBytesAsync(folder["there.tar.gz"])).ShouldBe(await File.ReadAllBytesAsync(folder["here.tar.gz"]));
        (await _stage.ThereAsync("export", "toy#2", "--to", folder["there.tar.gz"])).ShouldEndWith(2).Error.ShouldContain("is already there");
        (await _stage.ThereAsync("export", "toy#2", "--to", folder["unpacked"])).ShouldEndWith(2).Error.ShouldContain("A service exports archives.");
        (await _stage.ThereAsync("report", "toy#2")).ShouldEndWith(2).Error.ShouldContain("--output DIR");
        Directory.EnumerateFiles(folder.Path).Count().ShouldBe(2, "no draft is left");
        Directory.EnumerateFileSystemEntries(Path.Combine(_stage.Data, "outgoing")).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_token_reaches_no_further_than_it_says()
    {
        var project = await _stage.ProjectAsync();
        _stage.Token = await _stage.AddTokenAsync(AccessScope.Read);
        (await _stage.ThereAsync("list")).ShouldEndWith(0);
        (await _stage.ThereAsync("pin", "toy#1")).ShouldEndWith(2).Error.ShouldContain("and pin asks for run.");

        _stage.Token = await _stage.AddTokenAsync(AccessScope.Admin, "another-123456");
        (await _stage.ThereAsync("list")).Out.ShouldStartWith("No runs yet.");
        (await _stage.ThereAsync("list", "--all")).Out.ShouldStartWith("No runs yet.");
        (await _stage.ThereAsync("show", "toy#1")).ShouldEndWith(2);
        (await _stage.ThereAsync("logs", "latest")).ShouldEndWith(2);
        (await _stage.ThereAsync("cancel", "toy#1")).ShouldEndWith(2);
        (await _stage.ThereAsync("prune", "--keep", "1", "--all-projects", "--yes")).ShouldEndWith(0);
        (await _stage.ThereAsync("token", "list")).ShouldEndWith(2).Error.ShouldContain("is for one project");

        using var elsewhere = new TemporaryFolder();
        _stage.Directory = elsewhere.Path;
        _stage.Token = await _stage.AddTokenAsync(AccessScope.Run, project);
        (await _stage.ThereAsync("list")).Out.ShouldContain("toy#2", customMessage: "a token of one project needs no repository");
        (await _stage.ThereAsync("pin", "toy#1")).ShouldEndWith(0);
    }

    [Fact(Timeout = Patience)]
    public async Task Outside_of_a_repository_things_can_be_looked_at_and_not_changed()
    {
        using var elsewhere = new TemporaryFolder();
        _stage.Directory = elsewhere.Path;

        (await _stage.ThereAsync("show", "toy#1")).ShouldEndWith(0).Out.ShouldStartWith("toy#1  passed");
        (await _stage.ThereAsync("pin", "toy#1")).ShouldEndWith(2).Error.ShouldContain("you stand in no repository");
    }

    [Fact(Timeout = Patience)]
    public async Task A_clone_is_the_project_that_it_was_cloned_from()
    {
        using var clones = new TemporaryFolder();
        _stage.Repository.Git("clone", "--quiet", _stage.Repository.Path, clones["clone"]);
        _stage.Directory = clones["clone"];

        (await _stage.ThereAsync("pin", "toy#1")).ShouldEndWith(0).Out.ShouldBe("toy#1 is pinned: prune keeps it.\n");
    }
}
