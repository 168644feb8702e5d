using GradientCI.Testing.GitHub;

namespace GradientCI.Cli.Tests.Services;

/// <summary>Commands in comments, through the real service, real git and real trials.</summary>
public sealed class ServiceCommandTests
{
    private const string Manifest = """
        version: 1
        experiments:
          digits:
            command: |
              echo "{\"metrics\": {\"acc\": $PARAM_ACC}}"
            parameters: { acc: 0.93 }
            objective: { maximize: acc }
        """;

    [Fact(Timeout = 120_000)]
    public async Task A_run_with_other_parameters_is_asked_for_and_answered_in_a_comment()
    {
        await using var stage = await ServiceStage.SetAsync(Manifest);
        stage.Repository.Permissions["ada"] = "write";
        stage.Remote.Work.Git("checkout", "--quiet", "-b", "topic");
        stage.Remote.Commit("Train longer");
        await stage.PullAsync("opened");
        await stage.UntilAsync(() => Ours(stage).Contains("acc 0.93", StringComparison.Ordinal));

        var stranger = await stage.SayAsync("eve", "/gradient run digits acc=0.99");
        var comment = await stage.SayAsync("ada", "Let us see.\n\n/gradient run digits acc=0.97\n/gradient compare digits#1");
        await stage.UntilAsync(() => Ours(stage).Contains("acc 0.97", StringComparison.Ordinal) && comment.Reactions.Count > 0 && stranger.Reactions.Count > 0);

        comment.Reactions.ShouldHaveSingleItem().ShouldBe(new FakeReaction("rocket", "gradientci-bot"));
        stranger.Reactions.ShouldHaveSingleItem().Content.ShouldBe("-1");
        (await stage.RunsAsync()).Select(run => string.Join(' ', run.Overrides)).ShouldBe(["acc=0.97", ""]);
        stage.Repository.Comments.Count(each => each.Login == "gradientci-bot").ShouldBe(1);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_forks_commit_is_approved_in_a_comment()
    {
        await using var stage = await ServiceStage.SetAsync(Manifest);
        stage.Repository.Permissions["ada"] = "admin";
        stage.Remote.Work.Git("checkout", "--quiet", "-b", "topic");
        stage.Remote.Commit("Please run me");
        var head = await stage.PullAsync("opened", isFork: true);
        stage.Repository.PullRequests[0].Fork = stage.GitHub.AddRepository("eve", "digits");
        await stage.UntilAsync(() => stage.Repository.Status(head, "gradientci") is not null);

        await stage.SayAsync("eve", "/gradient approve");
        await stage.SayAsync("ada", "/gradient approve");
        await stage.UntilAsync(() => stage.Repository.Status(head, "gradientci/digits")?.State == "success");

        (await stage.RunsAsync()).ShouldHaveSingleItem().Commit.Sha.Value.ShouldBe(head);
    }

    private static string Ours(ServiceStage stage) =>
        stage.Repository.Comments.FirstOrDefault(comment => comment.Login == "gradientci-bot")?.Body ?? "";
}
