using GradientCI.Experiments;
using GradientCI.Testing.GitHub;
using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Forges.GitHub;

namespace GradientCI.Webhook.Tests.GitHub;

/// <summary>The stand-in over real sockets, as the service's tests use it.</summary>
public sealed class FakeGitHubServerTests : IAsyncLifetime
{
    private readonly FakeGitHub _github = new(TimeProvider.System);
    private FakeGitHubServer _server = null!;
    private FakeRepository _repository = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeGitHubServer.StartAsync(_github);
        _github.AddPerson("alice", GitHubStage.Token);
        _repository = _github.AddRepository("acme", "digits");
        _repository.Permissions["alice"] = "write";
        _repository.AddPullRequest(7);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory(Timeout = 30_000)]
    [InlineData("")]
    [InlineData("/api/v3")]
    public async Task A_forge_speaks_to_it(string prefix)
    {
        for (var at = 0; at < 120; at++)
        {
            _repository.AddComment(7, "bob", $"{at}");
        }

        var ours = _repository.AddComment(7, "alice", "marker");
        using var forge = new GitHubForge(new GitHubOptions { ApiUrl = _server.Url + prefix, Token = GitHubStage.Token }, TimeProvider.System);

        await forge.SetStatusAsync(_repository.ToStored(new ProjectId("p")), GitHubStage.Status(), default);
        var first = await forge.FindCommentAsync(_repository.ToStored(new ProjectId("p")), 7, "marker", default);
        var second = await forge.FindCommentAsync(_repository.ToStored(new ProjectId("p")), 7, "marker", default);

        (first, second).ShouldBe((ours.Id, ours.Id));
        _repository.Statuses.ShouldHaveSingleItem().By.ShouldBe("alice");
        _github.Calls.Count(call => call.Status == 304).ShouldBe(2);
    }

    [Fact(Timeout = 30_000)]
    public async Task It_can_hang_up()
    {
        _github.ReplyNext(FakeReply.Hangup);
        using var forge = new GitHubForge(new GitHubOptions { ApiUrl = _server.Url, Token = GitHubStage.Token }, TimeProvider.System);

        var problem = await Should.ThrowAsync<ForgeException>(forge.SetStatusAsync(_repository.ToStored(new ProjectId("p")), GitHubStage.Status(), default));

        problem.Problem.ShouldBe(ForgeProblem.Unavailable);
    }
}
