using System.Text.Json.Nodes;
using GradientCI.Experiments;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

/// <summary>Tokens are shown once, found by their digest, and end when they are to.</summary>
public sealed class TokenTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly GradientCliHost _cli;

    public TokenTests()
    {
        _cli = new GradientCliHost(_folder.Path) { Peculiar = terminal => terminal with { Time = _time } };
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_is_printed_once_and_is_nowhere_in_the_data_folder()
    {
        var text = (await _cli.TypeAsync("token", "add", "laptop")).ShouldEndWith(0).Out.Trim();

        text.ShouldMatch("^gci_[A-Za-z0-9_-]{43}$");
        foreach (var file in Directory.EnumerateFiles(_cli.Data, "*", SearchOption.AllDirectories))
        {
            (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(text)).ShouldBe(-1, file);
        }

        (await _cli.TypeAsync("token", "list")).ShouldEndWith(0).Out.ShouldContain("laptop  read   all      never    never");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_token_may_is_listed_for_scripts()
    {
        await AddProjectAsync("digits-1", "digits");
        (await _cli.TypeAsync("token", "add", "laptop", "--scope", "run", "--project", "digits", "--expires", "90d")).ShouldEndWith(0);

        var token = JsonNode.Parse((await _cli.TypeAsync("token", "list", "--json")).ShouldEndWith(0).Out)!["tokens"]![0]!;

        ((string?)token["name"], (string?)token["scope"], (string?)token["project"], (string?)token["last_used_at"]).ShouldBe(("laptop", "run", "digits-1", null));
        DateTimeOffset.Parse((string)token["expires_at"]!).ShouldBe(_time.GetUtcNow().AddDays(90), TimeSpan.FromSeconds(1));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_removed_token_is_gone()
    {
        await _cli.TypeAsync("token", "add", "laptop");

        (await _cli.TypeAsync("token", "remove", "laptop")).ShouldEndWith(0).Out.ShouldBe("laptop is removed.\n");

        (await _cli.TypeAsync("token", "list")).Out.ShouldStartWith("No tokens.");
        (await _cli.TypeAsync("token", "remove", "laptop")).ShouldEndWith(2).Error.ShouldContain("There is no token laptop.");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("There is a token taken already.", "taken")]
    [InlineData("'root' is no scope.", "other", "--scope", "root")]
    [InlineData("'soon' is no age.", "other", "--expires", "soon")]
    [InlineData("There is no project nowhere.", "other", "--project", "nowhere")]
    [InlineData("Several projects are called twice.", "other", "--project", "twice")]
    [InlineData("That is no name for a token.", "a\nb")]
    [InlineData("That is no name for a token.", "")]
    public async Task Anything_else_is_refused(string message, params string[] words)
    {
        await AddProjectAsync("twice-1", "twice");
        await AddProjectAsync("twice-2", "twice");
        await _cli.TypeAsync("token", "add", "taken");

        (await _cli.TypeAsync(["token", "add", .. words])).ShouldEndWith(2).Error.ShouldContain(message);
    }

    public void Dispose()
    {
        _cli.Dispose();
        _folder.Dispose();
    }

    private async Task AddProjectAsync(string id, string name)
    {
        await using var store = await SqliteExperimentStore.OpenAsync(_cli.Data, _time, None);
        await store.PutProjectAsync(new Project(new ProjectId(id), name, "/nowhere"), None);
    }
}
