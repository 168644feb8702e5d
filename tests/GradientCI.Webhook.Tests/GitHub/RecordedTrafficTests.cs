using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Forges.GitHub;
using GradientCI.Webhook.Forges.GitHub.Credentials;
using GradientCI.Webhook.Forges.GitHub.Http;
using GradientCI.Webhook.Forges.GitHub.Models;

namespace GradientCI.Webhook.Tests.GitHub;

public sealed class RecordedTrafficTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact(Timeout = 30_000)]
    public async Task Statuses_are_posted_as_Octokit_posts_them()
    {
        using var forge = new GitHubForge(new GitHubOptions { Token = GitHubStage.Token }, new RecordedTraffic("create-status"), _clock);
        var repository = new ForgeRepository(new ProjectId("p"), "github", 1000, "octokit-fixture-org", "create-status", "https://github.com/o/c.git", "main");
        var sha = new CommitSha("0000000000000000000000000000000000000001");

        await forge.SetStatusAsync(repository, new CommitStatus(sha, "example/1", StatusState.Failure, "create-status failure test", "https://example.com"), default);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await forge.SetStatusAsync(repository, new CommitStatus(sha, "example/2", StatusState.Success, "create-status success test", "https://example.com"), default);
    }

    [Fact(Timeout = 30_000)]
    public async Task Pages_are_followed_to_the_last()
    {
        using var connection = new GitHubConnection(new RecordedTraffic("paginate-issues"), new Uri("https://api.github.com"), _clock);
        var api = new ApiConnection(connection, new PersonalToken(GitHubStage.Token));

        // Issues have an id, a body and a user as comments have.
        var issues = api.ListAsync(GitHubRequest.Get("/repos/octokit-fixture-org/paginate-issues/issues?per_page=3", "list"), GitHubJson.Default.IssueCommentArray, default);

        (await issues.CountAsync()).ShouldBe(13);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_refusal_says_which_field_is_wrong()
    {
        using var connection = new GitHubConnection(new RecordedTraffic("errors"), new Uri("https://api.github.com"), _clock);
        var api = new ApiConnection(connection, new PersonalToken(GitHubStage.Token));
        var request = GitHubRequest.Post("/repos/octokit-fixture-org/errors/labels", "make a label", System.Text.Json.JsonDocument.Parse("""{"name":"foo","color":"invalid"}""").RootElement, GitHubJson.Default.JsonElement);

        var problem = await Should.ThrowAsync<ForgeException>(api.SendAsync(request, default));

        problem.Problem.ShouldBe(ForgeProblem.Rejected);
        problem.Message.ShouldBe("GitHub refused to make a label: Validation Failed (color invalid).");
    }
}
