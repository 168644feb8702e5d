using System.Text.Json.Nodes;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

/// <summary>What whoever keeps the machine does with repositories.</summary>
public sealed class ProjectTests : IDisposable
{
    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly TemporaryFolder _places = new();
    private readonly GradientCliHost _cli;

    public ProjectTests()
    {
        _cli = new GradientCliHost(_repository.Path);
    }

    public void Dispose()
    {
        _cli.Dispose();
        _places.Dispose();
        _repository.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bare_repository_that_is_added_has_the_hook_and_loses_it_when_it_is_removed()
    {
        var bare = _places["toys.git"];
        _repository.Git("clone", "-q", "--bare", _repository.Path, bare);
        (await _cli.TypeAsync("project", "list")).ShouldEndWith(0).Out.ShouldStartWith("No projects yet.");

        var added = (await _cli.TypeAsync("project", "add", bare)).ShouldEndWith(0);

        added.Out.ShouldMatch($@"^toys \(toys-[0-9a-f]{{6}}\) is a project, at {bare}\nWhat is pushed there starts the runs that on\.push asks for\.\n$");
        (await ListAsync()).ShouldBe([("toys", "bare", "here", 0)]);
        var removed = (await _cli.TypeAsync("project", "remove", "toys")).ShouldEndWith(0);
        removed.Out.ShouldContain("is removed. Pushes to it start nothing any more.\nIts 0 runs and their files stay; so does the repository ");
        (await ListAsync()).ShouldBeEmpty();
        (await _cli.TypeAsync("hook", "status", "--repo", bare)).ShouldEndWith(3);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_project_with_its_runs_goes_only_when_it_is_said_twice()
    {
        (await _cli.TypeAsync("run")).ShouldEndWith(0);
        var name = Path.GetFileName(_repository.Path);
        var logs = Directory.GetDirectories(Path.Combine(_cli.Data, "logs")).ShouldHaveSingleItem();

        (await _cli.TypeAsync("project", "remove", _repository.Path, "--with-runs")).ShouldEndWith(0).Out.ShouldBe($"1 run of {name} would be deleted. To delete, add: --yes\n");
        (await _cli.TypeAsync("project", "remove", _repository.Path, "--with-runs", "--yes")).ShouldEndWith(0).Out.ShouldContain("Its 1 run and their files are deleted.");

        Directory.Exists(logs).ShouldBeFalse();
        (await _cli.TypeAsync("list", "--all")).Out.ShouldStartWith("No runs yet.");
        (await _cli.TypeAsync("project", "remove", name)).ShouldEndWith(2).Error.ShouldContain($"There is no project '{name}'.");
        (await _cli.TypeAsync("run")).ShouldEndWith(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_it_is_called_and_where_it_went_can_be_set_and_it_stays_the_same_project()
    {
        (await _cli.TypeAsync("run")).ShouldEndWith(0);
        _repository.Git("clone", "-q", _repository.Path, _places["moved"]);

        (await _cli.TypeAsync("project", "set", _repository.Path, "name=Toy \u001b[31mbox")).ShouldEndWith(2).Error.ShouldContain("sets nothing");
        (await _cli.TypeAsync("project", "set", _repository.Path, "colour=red")).ShouldEndWith(2).Error.ShouldContain("Settable are: name, location, keep, older-than.");
        (await _cli.TypeAsync("project", "set", _repository.Path, "name=Toy box", $"location={_places["moved"]}")).ShouldEndWith(0);
        _cli.Directory = _places["moved"];
        (await _cli.TypeAsync("run")).ShouldEndWith(0).Out.ShouldStartWith("toy#2 ");

        (await ListAsync()).ShouldBe([("Toy box", "local", "none", 2)]);
        (await File.ReadAllTextAsync(Directory.GetFiles(_cli.Data, "report.html", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last())).ShouldContain("<p class=\"path\">Toy box</p>");
        _cli.Directory = _repository.Path;
        (await _cli.TypeAsync("run")).ShouldEndWith(0).Out.ShouldStartWith("toy#1 ", customMessage: "another repository is there now");
        (await SuggestAsync()).ShouldBe(["toy#1", "toy", "latest"], ignoreOrder: true);
        _cli.Directory = _places["moved"];
        (await SuggestAsync()).ShouldBe(["toy#2", "toy#1", "toy", "latest"], ignoreOrder: true);
        (await _cli.TypeAsync("project", "set", "Toy box", $"location={_repository.Path}")).ShouldEndWith(2).Error.ShouldContain("Another project is at ");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_table_and_the_audit_log_tell_of_it()
    {
        (await _cli.TypeAsync("project", "add", ".")).ShouldEndWith(0).Out.ShouldContain("It has a work tree: start runs there with gradientci run");
        (await _cli.TypeAsync("run")).ShouldEndWith(0);

        (await _cli.TypeAsync("project", "list")).Out.ShouldMatch($@"(?m)^{Path.GetFileName(_repository.Path)} +\S+-[0-9a-f]{{6}} +local +1 +toy#1 .* none +{_repository.Path}$");
        (await _cli.TypeAsync("audit")).Out.ShouldContain("project-added");
    }

    [Fact(Timeout = 60_000)]
    public async Task How_many_runs_stay_is_set_as_it_is_listed_and_taken_back()
    {
        (await _cli.TypeAsync("project", "add", ".")).ShouldEndWith(0);

        foreach (var wrong in (string[])["keep=0", "keep=many", "keep=100001", "keep=-1"])
        {
            (await _cli.TypeAsync("project", "set", ".", wrong)).ShouldEndWith(2).Error.ShouldContain($"'{wrong}' is no number of runs.");
        }

        (await _cli.TypeAsync("project", "set", ".", "older-than=old")).ShouldEndWith(2).Error.ShouldContain("'old' is no age.");
        (await _cli.TypeAsync("project", "set", ".", "keep")).ShouldEndWith(2).Error.ShouldContain("'keep' sets nothing.");
        (await RetentionAsync()).ShouldBe((null, null));
        (await _cli.TypeAsync("project", "set", ".", "keep=50", "older-than=8w")).ShouldEndWith(0);
        (await RetentionAsync()).ShouldBe(("50", "56d"));
        (await _cli.TypeAsync("project", "list")).Out.ShouldContain(" none  50, 56d  ");
        (await _cli.TypeAsync("project", "set", ".", "keep=all")).ShouldEndWith(0);
        (await RetentionAsync()).ShouldBe(("all", "56d"));
        (await _cli.TypeAsync("project", "set", ".", "keep=", "older-than=")).ShouldEndWith(0);
        (await RetentionAsync()).ShouldBe((null, null));
    }

    private async Task<(string?, string?)> RetentionAsync()
    {
        var project = JsonNode.Parse((await _cli.TypeAsync("project", "list", "--json")).ShouldEndWith(0).Out)!["projects"]!.AsArray().ShouldHaveSingleItem()!;
        return ((string?)project["keep"], (string?)project["older_than"]);
    }

    private async Task<string[]> SuggestAsync() =>
        (await _cli.TypeAsync("[suggest:16]", "gradientci show ")).ShouldEndWith(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task<IEnumerable<(string, string, string, int)>> ListAsync()
    {
        var json = JsonNode.Parse((await _cli.TypeAsync("project", "list", "--json")).ShouldEndWith(0).Out)!;
        return json["projects"]!.AsArray().Select(each => ((string)each!["name"]!, (string)each["kind"]!, (string)each["hook"]!, (int)each["runs"]!));
    }
}
