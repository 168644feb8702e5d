using GradientCI.Testing.GitHub;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Tests.GitHub;

/// <summary>What is asked of GitHub when somebody wrote a command, and what is shown there.</summary>
public sealed class GitHubRequestsTests
{
    [Theory]
    [InlineData(Reaction.Done, "rocket")]
    [InlineData(Reaction.Confused, "confused")]
    [InlineData(Reaction.Refused, "-1")]
    public async Task A_comment_gets_a_reaction_once(Reaction reaction, string word)
    {
        using var stage = GitHubStage.WithApp();
        var comment = stage.Repository.AddComment(7, "bob", "/gradient run");

        await stage.DriveAsync(stage.Forge.ReactAsync(stage.Stored, comment.Id, reaction, default));
        await stage.DriveAsync(stage.Forge.ReactAsync(stage.Stored, comment.Id, reaction, default));

        comment.Reactions.ShouldHaveSingleItem().ShouldBe(new FakeReaction(word, "gradientci[bot]"));
    }

    [Fact]
    public async Task A_comment_that_is_gone_gets_none()
    {
        using var stage = GitHubStage.WithToken();

        var problem = await stage.FailAsync(stage.Forge.ReactAsync(stage.Stored, 99, Reaction.Done, default));

        (problem.Problem, problem.Message).ShouldBe((ForgeProblem.NotFound, "GitHub found nothing, or hides it from us, when asked to react to the comment 99 of acme/digits: Not Found."));
    }

    [Theory]
    [InlineData("admin", true)]
    [InlineData("write", true)]
    [InlineData("read", false)]
    [InlineData("none", false)]
    public async Task Who_may_push_is_asked_at_that_moment(string permission, bool may)
    {
        using var stage = GitHubStage.WithApp();
        stage.Repository.Permissions["bob"] = permission;
        (await stage.DriveAsync(stage.Forge.MayWriteAsync(stage.Stored, "bob", default))).ShouldBe(may);

        stage.Repository.Permissions["bob"] = "read";

        (await stage.DriveAsync(stage.Forge.MayWriteAsync(stage.Stored, "bob", default))).ShouldBeFalse();
    }

    [Fact]
    public async Task Whom_the_forge_does_not_know_may_not()
    {
        using var stage = GitHubStage.WithToken();
        stage.GitHub.ReplyNext(FakeReply.Error(404, "bob is not a user"));

        (await stage.DriveAsync(stage.Forge.MayWriteAsync(stage.Stored, "bob", default))).ShouldBeFalse();
    }

    [Fact]
    public async Task A_pull_request_is_found_as_it_is_now()
    {
        using var stage = GitHubStage.WithApp();
        stage.Repository.PullRequests[0].Fork = stage.GitHub.AddRepository("mallory", "digits");

        var pull = (await stage.DriveAsync(stage.Forge.FindPullRequestAsync(stage.Stored, 7, default))).ShouldNotBeNull();

        (pull.Number, pull.Head.Value, pull.HeadRef, pull.HeadRepository, pull.IsFork, pull.BaseRef, pull.IsOpen)
            .ShouldBe((7, new string('1', 40), "feature", "mallory/digits", true, "main", true));
        (await stage.DriveAsync(stage.Forge.FindPullRequestAsync(stage.Stored, 8, default))).ShouldBeNull();
    }

    [Fact]
    public async Task Our_check_run_is_found_by_commit_and_name()
    {
        using var stage = GitHubStage.WithApp();
        var run = new CheckRun(GitHubStage.Sha, "gradientci/digits", StatusState.Pending, "Queued", "…", null, "digits#12");
        (await stage.DriveAsync(stage.Forge.FindCheckRunAsync(stage.Stored, run, default))).ShouldBeNull();
        var id = await stage.DriveAsync(stage.Forge.PutCheckRunAsync(stage.Stored, run, null, default));
        await stage.DriveAsync(stage.Forge.PutCheckRunAsync(stage.Stored, run with { Name = "gradientci/words" }, null, default));

        (await stage.DriveAsync(stage.Forge.FindCheckRunAsync(stage.Stored, run, default))).ShouldBe(id);
    }
}
