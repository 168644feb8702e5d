using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Tests.GitHub;

public sealed class GitHubRedeliveryTests
{
    private const string Ours = "https://ci.example.org/hooks/github";

    [Fact(Timeout = 30_000)]
    public async Task What_never_reached_us_well_is_asked_for_again_oldest_first()
    {
        using var stage = GitHubStage.WithApp();
        var hook = stage.GitHub.AppHook;
        stage.GitHub.AddDelivery(hook, "first", 502);
        stage.GitHub.AddDelivery(hook, "good", 202);
        stage.GitHub.AddDelivery(hook, "second", 0);

        var answer = await AskAsync(stage);

        answer.Asked.ShouldBe(2);
        hook.Redelivered.ShouldBe(["first", "second"]);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_reached_us_in_any_try_is_left_alone_and_asked_for_no_more()
    {
        using var stage = GitHubStage.WithApp();
        var hook = stage.GitHub.AppHook;
        stage.GitHub.AddDelivery(hook, "mended", 500);
        stage.GitHub.AddDelivery(hook, "mended", 200);
        stage.GitHub.AddDelivery(hook, "lost", 500);

        await AskAsync(stage);
        var second = await AskAsync(stage);

        second.Asked.ShouldBe(0);
        hook.Redelivered.ShouldBe(["lost"]);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_is_refused_five_times_is_for_a_person_to_mend()
    {
        using var stage = GitHubStage.WithApp();
        var hook = stage.GitHub.AppHook;
        hook.AnswersAgain = 401;
        stage.GitHub.AddDelivery(hook, "unsigned", 401);

        for (var round = 0; round < 10; round++)
        {
            await AskAsync(stage);
        }

        hook.Redelivered.Count.ShouldBe(4);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_round_reads_all_pages_of_three_days_and_asks_for_no_more_than_it_may()
    {
        using var stage = GitHubStage.WithApp();
        var (hook, now) = (stage.GitHub.AppHook, stage.Clock.GetUtcNow());
        stage.GitHub.AddDelivery(hook, "too-old", 502, now.AddDays(-4));
        for (var each = 0; each < 250; each++)
        {
            stage.GitHub.AddDelivery(hook, $"delivery-{each}", each % 10 == 0 ? 502 : 202, now.AddHours(-1));
        }

        var answer = await AskAsync(stage, most: 7);

        answer.Asked.ShouldBe(7);
        hook.Redelivered.ShouldBe([.. Enumerable.Range(0, 7).Select(each => $"delivery-{each * 10}")]);
        stage.GitHub.Calls.Count(call => call.Method == "GET").ShouldBe(3);
    }

    [Fact(Timeout = 30_000)]
    public async Task With_a_token_the_repositorys_webhook_that_is_ours_is_asked_and_no_other()
    {
        using var stage = GitHubStage.WithToken();
        stage.Repository.Permissions["alice"] = "admin";
        var (other, ours) = (stage.Repository.AddHook("https://other.example.org/hooks"), stage.Repository.AddHook(Ours));
        stage.GitHub.AddDelivery(other, "theirs", 500);
        stage.GitHub.AddDelivery(ours, "lost", 500);

        var answer = await AskAsync(stage);

        answer.Asked.ShouldBe(1);
        ours.Redelivered.ShouldBe(["lost"]);
        other.Redelivered.ShouldBeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_token_that_may_not_see_webhooks_is_a_problem_of_that_repository_alone()
    {
        using var stage = GitHubStage.WithToken();

        var answer = await AskAsync(stage);

        answer.Asked.ShouldBe(0);
        answer.Problems.ShouldHaveSingleItem().ShouldBe("GitHub found nothing, or hides it from us, when asked to list the webhooks of acme/digits: Not Found.");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_token_without_a_public_address_finds_no_webhook_of_ours()
    {
        using var stage = GitHubStage.WithToken();

        var answer = await AskAsync(stage, url: null);

        answer.Problems.ShouldHaveSingleItem().ShouldContain("PublicUrl is not set");
        stage.GitHub.Calls.ShouldBeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_pull_request_is_read_as_it_is_now()
    {
        using var stage = GitHubStage.WithToken();

        var pull = (await stage.Forge.FindPullRequestAsync(stage.Stored, 7, default)).ShouldNotBeNull();

        (pull.Number, pull.Head.Value, pull.HeadRef, pull.IsFork, pull.IsOpen).ShouldBe((7, new string('1', 40), "feature", false, true));
        (await stage.Forge.FindPullRequestAsync(stage.Stored, 8, default)).ShouldBeNull();
    }

    private static Task<Redelivery> AskAsync(GitHubStage stage, int most = 100, string? url = Ours) =>
        stage.DriveAsync(stage.Forge.RedeliverAsync(new RedeliveryRequest([stage.Stored], url, stage.Clock.GetUtcNow().AddDays(-3), most), default));
}
