using GradientCI.Experiments;
using GradientCI.Testing;
using GradientCI.Testing.GitHub;
using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Forges.GitHub;
using GradientCI.Webhook.Forges.GitHub.Clients;

namespace GradientCI.Webhook.Tests.GitHub;

/// <summary>We and our stand-in for GitHub, judged by somebody else's reading of GitHub's description.</summary>
public sealed class PrismTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeGitHub _github = new(TimeProvider.System);
    private readonly FakeApp _app = new();
    private FakeRepository _repository = null!;
    private FakeGitHubServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeGitHubServer.StartAsync(_github);
        _repository = _github.AddRepository("acme", "digits");
        _repository.AddPullRequest(7);
        _repository.Installation = GitHubStage.Installation;
        _repository.Permissions["alice"] = "admin";
        _github.App = _app;
        _github.AddPerson("alice", GitHubStage.Token);
        File.WriteAllText(_folder["app.pem"], _app.PrivateKeyPem);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _app.Dispose();
        _folder.Dispose();
    }

    [FactWithPrism(Timeout = 120_000)]
    public async Task Every_operation_in_use_keeps_to_GitHubs_description_on_both_sides()
    {
        var prism = await Prism.StartAsync(_server.Url);
        using var app = new GitHubForge(new GitHubOptions { ApiUrl = prism.Url, ClientId = _app.ClientId, PrivateKeyFile = _folder["app.pem"] }, prism, TimeProvider.System);
        var (stored, name) = (_repository.ToStored(new ProjectId("p")), new RepositoryName("acme", "digits"));
        var check = new CheckRun(GitHubStage.Sha, "gradientci/digits", StatusState.Success, "0.934", "| a |", "https://ci.example.org", "digits#1");

        await app.SetStatusAsync(stored, GitHubStage.Status(), default);
        var run = await app.PutCheckRunAsync(stored, check with { State = StatusState.Pending }, null, default);
        await app.PutCheckRunAsync(stored, check, run, default);
        (await app.FindCheckRunAsync(stored, check, default)).ShouldBe(run);
        var comment = await app.PutCommentAsync(stored, 7, "one", null, default);
        await app.PutCommentAsync(stored, 7, "two", comment, default);
        (await app.FindCommentAsync(stored, 7, "two", default)).ShouldBe(comment);
        await app.ReactAsync(stored, comment, Reaction.Done, default);
        (await app.FindPullRequestAsync(stored, 7, default)).ShouldNotBeNull();
        (await app.MayWriteAsync(stored, "alice", default)).ShouldBeTrue();
        await (await app.ClientAsync(stored, default)).Repository.GetAsync(name, default);

        prism.Passed.ShouldAllBe(call => call.StartsWith('2'));
        prism.Found.ShouldBeEmpty();
    }
}
