using System.Formats.Tar;
using System.Text.Json.Nodes;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

/// <summary>Data sets from their registration to the trial that reads them.</summary>
public sealed class DatasetTests : IDisposable
{
    private const string Manifest = """
        version: 1
        experiments:
          toy:
            command: cat "$GRADIENT_DATASETS/mnist/train/1.png" && echo '{"chart":"score","y":1}'
            datasets: { mnist: /datasets/mnist }
        """;

    private readonly TestRepository _repository = new();
    private readonly TemporaryFolder _folder = new();
    private readonly GradientCliHost _cli;

    public DatasetTests()
    {
        _repository.Write(".gradient.yml", Manifest);
        _repository.Commit("Read a data set");
        _folder.Write("mnist/train/1.png", "first");
        _cli = new GradientCliHost(_repository.Path);
    }

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
        _folder.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_folder_is_read_where_it_lies()
    {
        (await AddAsync("mnist", _folder["mnist"])).Out.ShouldBe($"mnist is offered: {_folder["mnist"]}\n");

        (await _cli.TypeAsync("run")).ShouldEndWith(0);

        (await _cli.TypeAsync("logs", "toy#1")).Out.ShouldStartWith("first");
        (await _cli.TypeAsync("dataset", "list")).Out.ShouldMatch($"mnist +added-[0-9]{{8}}T[0-9.]+Z? .*{_folder["mnist"]}");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_archive_is_unpacked_once_and_the_same_content_is_the_same_result()
    {
        Pack("first.tar");
        await AddAsync("mnist", _folder["first.tar"]);
        (await _cli.TypeAsync("run")).ShouldEndWith(0);
        File.Copy(_folder["first.tar"], _folder["again.tar"]);

        await AddAsync("mnist", _folder["again.tar"], "--replace");
        (await _cli.TypeAsync("run")).ShouldEndWith(0);

        (await _cli.TypeAsync("show", "toy#2.1")).Out.ShouldContain("cached from toy#1.1");
        Directory.GetDirectories(Path.Combine(_cli.Data, "datasets")).ShouldHaveSingleItem();
        var known = JsonNode.Parse((await _cli.TypeAsync("dataset", "list", "--json")).Out)!["datasets"]![0]!;
        ((string)known["version"]!).ShouldMatch("^sha256:[0-9a-f]{64}$");
        ((long)known["bytes"]!, (long)known["files"]!, (string?)known["source"]).ShouldBe((5, 1, _folder["again.tar"]));
    }

    [Fact(Timeout = 60_000)]
    public async Task Another_content_is_computed_anew_and_why_says_so()
    {
        Pack("first.tar");
        await AddAsync("mnist", _folder["first.tar"]);
        (await _cli.TypeAsync("run")).ShouldEndWith(0);
        _folder.Write("mnist/train/1.png", "second");
        Pack("second.tar");

        await AddAsync("mnist", _folder["second.tar"], "--replace");
        (await _cli.TypeAsync("run")).ShouldEndWith(0);

        (await _cli.TypeAsync("logs", "toy#2")).Out.ShouldStartWith("second");
        (await _cli.TypeAsync("why", "toy#2.1")).Out.ShouldMatch("datasets.*mnist");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_unknown_one_is_wrong_before_anything_is_recorded()
    {
        await AddAsync("mnst", _folder["mnist"]);

        var answer = (await _cli.TypeAsync("run")).ShouldEndWith(2);

        answer.Error.ShouldContain("error: toy asks for the data set mnist, which is not offered here.");
        answer.Error.ShouldContain("hint: Did you mean mnst?");
        (await _cli.TypeAsync("list")).Out.ShouldNotContain("toy#1");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_that_finds_it_gone_ends_with_the_sentence()
    {
        await AddAsync("mnist", _folder["mnist"]);
        await _cli.TypeAsync("pause");
        (await _cli.TypeAsync("run", "--detach")).ShouldEndWith(0);
        await _cli.TypeAsync("dataset", "remove", "mnist");
        await _cli.TypeAsync("resume");

        await _cli.TypeAsync("worker", "--until-idle");

        (await _cli.TypeAsync("show", "toy#1")).Out.ShouldContain("toy asks for the data set mnist, which is not offered here.");
    }

    [Fact(Timeout = 60_000)]
    public async Task Prune_takes_unpacked_copies_that_nothing_offers_and_no_others()
    {
        Pack("first.tar");
        await AddAsync("mnist", _folder["first.tar"]);
        await AddAsync("kept", _folder["first.tar"]);
        await AddAsync("raw", _folder["mnist"]);
        var mine = Directory.CreateDirectory(Path.Combine(_cli.Data, "datasets", "my-own")).FullName;
        Directory.CreateDirectory(Path.Combine(_cli.Data, "datasets", ".unpacking-0123"));

        (await _cli.TypeAsync("dataset", "remove", "mnist")).ShouldEndWith(0).Out.ShouldContain("gradientci prune --all-projects --yes");
        (await _cli.TypeAsync("dataset", "remove", "raw")).ShouldEndWith(0).Out.ShouldBe("raw is removed; its folder stays.\n");
        (await _cli.TypeAsync("prune", "--all-projects", "--yes")).ShouldEndWith(0).Out.ShouldMatch("datasets +2 ");

        Directory.GetDirectories(Path.Combine(_cli.Data, "datasets")).Select(path => Path.GetFileName(path).Split('@')[0]).Order(StringComparer.Ordinal).ShouldBe(["kept", "my-own"]);
        Directory.Exists(mine).ShouldBeTrue();
        File.ReadAllText(_folder["mnist/train/1.png"]).ShouldBe("first");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_would_show_trials_more_than_data_is_refused()
    {
        (await _cli.TypeAsync("dataset", "add", "all", "/")).ShouldEndWith(2).Error.ShouldContain("/ holds what trials must not see");
        (await _cli.TypeAsync("dataset", "add", "all", _cli.Data)).ShouldEndWith(2).Error.ShouldContain("holds what trials must not see");
        (await _cli.TypeAsync("dataset", "add", "all", Path.GetDirectoryName(_cli.Data)!)).ShouldEndWith(2).Error.ShouldContain("holds what trials must not see");
        (await _cli.TypeAsync("dataset", "add", "../x", _folder["mnist"])).ShouldEndWith(2).Error.ShouldContain("That is no name for a data set");
        (await _cli.TypeAsync("dataset", "list")).Out.ShouldStartWith("No data sets.");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_name_is_given_twice_only_on_purpose_and_a_refused_archive_leaves_nothing()
    {
        await AddAsync("mnist", _folder["mnist"]);
        _folder.Write("bad.tar", "noise");

        (await _cli.TypeAsync("dataset", "add", "mnist", _folder["mnist"])).ShouldEndWith(2).Error.ShouldContain("--replace");
        (await _cli.TypeAsync("dataset", "add", "other", _folder["bad.tar"])).ShouldEndWith(2).Error.ShouldContain("is damaged, or no archive");
        (await _cli.TypeAsync("dataset", "add", "other", _folder["nothing.tar"])).ShouldEndWith(3).Error.ShouldContain("cannot be made a data set");

        Directory.GetFileSystemEntries(Path.Combine(_cli.Data, "datasets")).ShouldBeEmpty();
        (await _cli.TypeAsync("dataset", "show", "mnst")).ShouldEndWith(2).Error.ShouldContain("Did you mean mnist?");
        (await _cli.TypeAsync("dataset", "show", "mnist")).ShouldEndWith(0).Out.ShouldContain($"  folder   {_folder["mnist"]}\n");
    }

    private async Task<CliAnswer> AddAsync(params string[] words) => (await _cli.TypeAsync(["dataset", "add", .. words])).ShouldEndWith(0);

    private void Pack(string name) => TarFile.CreateFromDirectory(_folder["mnist"], _folder[name], includeBaseDirectory: false);
}
