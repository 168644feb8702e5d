using System.Text.Json.Nodes;
using GradientCI.Testing.GitHub;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Tests.GitHub;

public sealed class GitHubFailureTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_read_is_tried_three_times()
    {
        using var stage = GitHubStage.WithToken();
        stage.GitHub.ReplyNext(FakeReply.BadGateway, FakeReply.Hangup);

        (await stage.DriveAsync(stage.Forge.FindCommentAsync(stage.Stored, 7, "x", default))).ShouldBeNull();

        stage.GitHub.ReplyNext(FakeReply.BadGateway, FakeReply.BadGateway, FakeReply.BadGateway);
        (await stage.FailAsync(stage.Forge.FindCommentAsync(stage.Stored, 7, "x", default))).Message.ShouldBe("GitHub failed to list the comments of acme/digits#7: status 502.");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_write_is_sent_once_because_it_may_have_arrived()
    {
        using var stage = GitHubStage.WithToken();
        stage.GitHub.ReplyNext(FakeReply.BadGateway);

        var problem = await stage.FailAsync(stage.Forge.PutCommentAsync(stage.Stored, 7, "one", null, default));

        problem.Problem.ShouldBe(ForgeProblem.Unavailable);
        stage.GitHub.Calls.Length.ShouldBe(1);
    }

    [Fact(Timeout = 30_000)]
    public async Task Silence_is_given_up_after_ten_seconds()
    {
        using var stage = GitHubStage.WithToken();
        stage.GitHub.ReplyNext(FakeReply.Silence);

        var post = stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), default);
        stage.Clock.Advance(TimeSpan.FromSeconds(10));
        var problem = await stage.FailAsync(post);

        problem.Problem.ShouldBe(ForgeProblem.Unavailable);
        problem.Message.ShouldBe("GitHub at api.github.com did not answer within 10 s when asked to post the status gradientci/digits at acme/digits.");
        await stage.PostAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_broken_connection_is_said_so()
    {
        using var stage = GitHubStage.WithToken();
        stage.GitHub.ReplyNext(FakeReply.Hangup);

        var problem = await stage.FailAsync(stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), default));

        problem.Problem.ShouldBe(ForgeProblem.Unavailable);
        problem.Message.ShouldBe("GitHub at api.github.com could not be reached to post the status gradientci/digits at acme/digits: Connection reset by peer.");
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_gives_up_waiting_leaves_the_turn_to_others()
    {
        using var stage = GitHubStage.WithToken();
        await stage.PostAsync();
        using var gone = new CancellationTokenSource();
        var impatient = stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), gone.Token);
        var next = stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), default);

        await gone.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(impatient);
        await stage.DriveAsync(next);
        stage.Repository.Statuses.Count.ShouldBe(2);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_answer_that_is_something_else_is_said_so()
    {
        using var stage = GitHubStage.WithToken();
        stage.GitHub.ReplyNext(new FakeReply(200) { Text = "<html>Sign in to the proxy</html>" });

        var problem = await stage.FailAsync(stage.Forge.CheckAsync(default));

        problem.Problem.ShouldBe(ForgeProblem.Unavailable);
        problem.Message.ShouldStartWith("GitHub's answer cannot be read when asked to say whose token it is: ");
    }

    [Theory(Timeout = 30_000)]
    [InlineData("https://evil.example/repos/acme/digits/issues/7/comments?page=2")]
    [InlineData("http://api.github.com/repos/acme/digits/issues/7/comments?page=2")]
    [InlineData("https://api.github.com:8443/repos/acme/digits/issues/7/comments?page=2")]
    public async Task The_token_is_not_carried_to_another_host(string address)
    {
        using var stage = GitHubStage.WithToken();
        var page = new FakeReply(200, new JsonArray()) { Headers = { ["Link"] = $"<{address}>; rel=\"next\"" } };
        await stage.DriveAsync(stage.Forge.FindCommentAsync(stage.Stored, 7, "x", default));
        stage.GitHub.ForgetCalls();
        stage.GitHub.ReplyNext(page);

        (await stage.FailAsync(stage.Forge.FindCommentAsync(stage.Stored, 7, "x", default))).Problem.ShouldBe(ForgeProblem.Unavailable);
        stage.GitHub.ReplyNext(new FakeReply(307) { Headers = { ["Location"] = address } });
        (await stage.FailAsync(stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), default))).Problem.ShouldBe(ForgeProblem.Unavailable);

        stage.GitHub.Calls.Length.ShouldBe(2);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_the_token_may_not_do_is_said_with_what_it_needs()
    {
        using var stage = GitHubStage.WithApp();
        stage.GitHub.App!.Permissions["statuses"] = "read";

        var problem = await stage.FailAsync(stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), default));

        problem.Problem.ShouldBe(ForgeProblem.Forbidden);
        problem.Message.ShouldBe("GitHub does not let us post the status gradientci/digits at acme/digits: Resource not accessible by integration (needs statuses=write).");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_commit_that_GitHub_does_not_know_is_not_found()
    {
        using var stage = GitHubStage.WithToken();
        stage.Repository.Commits = new HashSet<string>();

        (await stage.FailAsync(stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), default))).Problem.ShouldBe(ForgeProblem.NotFound);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_GitHub_refuses_is_rejected_with_its_reason()
    {
        using var stage = GitHubStage.WithToken();
        stage.GitHub.ReplyNext(FakeReply.Error(422, "Validation Failed", "This SHA and context has reached the maximum number of statuses."));

        var problem = await stage.FailAsync(stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), default));

        problem.Problem.ShouldBe(ForgeProblem.Rejected);
        problem.Message.ShouldBe("GitHub refused to post the status gradientci/digits at acme/digits: Validation Failed (This SHA and context has reached the maximum number of statuses.).");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_repository_that_is_hidden_from_us_is_not_found()
    {
        using var stage = GitHubStage.WithToken();
        stage.Repository.IsPrivate = true;
        stage.Repository.Permissions.Clear();

        (await stage.FailAsync(stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), default))).Problem.ShouldBe(ForgeProblem.NotFound);
    }
}
