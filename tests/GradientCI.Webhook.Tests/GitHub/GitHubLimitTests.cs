using GradientCI.Testing.GitHub;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Tests.GitHub;

public sealed class GitHubLimitTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact(Timeout = 30_000)]
    public async Task Writes_come_one_at_a_time_a_second_apart()
    {
        using var stage = GitHubStage.WithApp();
        stage.GitHub.LeastGap = Second;

        await stage.DriveAsync(Task.WhenAll(Enumerable.Range(0, 30).Select(at => stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(context: $"c{at}"), default))));

        stage.Repository.Statuses.Count.ShouldBe(30);
        Gaps(stage).ShouldAllBe(gap => gap == Second);
    }

    [Fact(Timeout = 30_000)]
    public async Task Comments_come_three_seconds_apart_and_statuses_between()
    {
        using var stage = GitHubStage.WithToken();

        await stage.DriveAsync(stage.Forge.PutCommentAsync(stage.Stored, 7, "one", null, default));
        await stage.PostAsync();
        await stage.DriveAsync(stage.Forge.PutCommentAsync(stage.Stored, 7, "two", null, default));

        Gaps(stage).ShouldBe([Second, 2 * Second]);
    }

    [Fact(Timeout = 30_000)]
    public async Task Many_writes_stay_below_the_secondary_limits()
    {
        using var stage = GitHubStage.WithToken();
        stage.GitHub.LeastGap = Second;

        for (var at = 0; at < 200; at++)
        {
            await stage.PostAsync();
        }

        stage.GitHub.Calls.ShouldAllBe(call => call.Status == 201);
        stage.GitHub.Intrusions.ShouldBeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task More_than_500_writes_in_an_hour_ran_into_the_secondary_limit()
    {
        using var stage = GitHubStage.WithApp();
        await stage.PostAsync();
        var first = stage.Clock.GetUtcNow();
        for (var at = 1; at < 500; at++)
        {
            await stage.PostAsync();
        }

        var problem = await stage.FailAsync(stage.Forge.PutCommentAsync(stage.Stored, 7, "one", null, default));
        var token = await stage.DriveAsync(stage.Forge.GetCloneTokenAsync(stage.Stored, default));

        (problem.Problem, problem.RetryAt).ShouldBe((ForgeProblem.Limited, first + TimeSpan.FromHours(1)));
        token.ShouldNotBeNull();
        stage.Repository.Statuses.Count.ShouldBe(500);
        stage.Clock.Advance(first + TimeSpan.FromHours(1) - stage.Clock.GetUtcNow());
        await stage.PostAsync();
        stage.Repository.Statuses.Count.ShouldBe(501);
    }

    [Fact(Timeout = 30_000)]
    public async Task When_the_hours_calls_are_spent_nothing_is_sent_until_there_are_more()
    {
        using var stage = GitHubStage.WithToken();
        stage.GitHub.CallsPerHour = 3;
        var start = stage.Clock.GetUtcNow();
        await stage.PostAsync();
        await stage.PostAsync();
        await stage.PostAsync();

        var problem = await stage.FailAsync(stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), default));

        problem.Problem.ShouldBe(ForgeProblem.Limited);
        var again = problem.RetryAt.ShouldNotBeNull();
        (again - start).ShouldBeInRange(TimeSpan.FromHours(1), TimeSpan.FromHours(1) + 3 * Second);
        stage.GitHub.Calls.Length.ShouldBe(3);
        stage.Clock.Advance(again - stage.Clock.GetUtcNow());
        await stage.PostAsync();
        stage.GitHub.Calls.ShouldAllBe(call => call.Status == 201);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(403)]
    [InlineData(429)]
    public async Task A_secondary_limit_with_its_time_is_kept_to_by_everybody(int status)
    {
        using var stage = GitHubStage.WithApp();
        await stage.PostAsync();
        stage.GitHub.ReplyNext(FakeReply.SecondaryLimit(status, retryAfter: 72));

        var problem = await stage.FailAsync(stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), default));
        var calls = stage.GitHub.Calls.Length;

        problem.Problem.ShouldBe(ForgeProblem.Limited);
        problem.RetryAt.ShouldBe(stage.Clock.GetUtcNow() + 73 * Second);
        stage.Clock.Advance(72 * Second);
        (await stage.FailAsync(stage.Forge.CheckAsync(default))).RetryAt.ShouldBe(problem.RetryAt);
        stage.GitHub.Calls.Length.ShouldBe(calls);
        stage.Clock.Advance(Second);
        (await stage.DriveAsync(stage.Forge.CheckAsync(default))).ShouldBe("app gradientci");
    }

    [Theory(Timeout = 30_000)]
    [InlineData(403)]
    [InlineData(429)]
    public async Task A_secondary_limit_without_a_time_lasts_a_minute_then_twice_as_long(int status)
    {
        using var stage = GitHubStage.WithToken();

        foreach (var minutes in (int[])[1, 2, 4, 8])
        {
            stage.GitHub.ReplyNext(FakeReply.SecondaryLimit(status));
            var problem = await stage.FailAsync(stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), default));
            (problem.RetryAt - stage.Clock.GetUtcNow()).ShouldBe(TimeSpan.FromMinutes(minutes));
            stage.Clock.Advance(TimeSpan.FromMinutes(minutes));
        }

        await stage.PostAsync();
        stage.GitHub.ReplyNext(FakeReply.SecondaryLimit(status));
        var after = await stage.FailAsync(stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), default));

        (after.RetryAt - stage.Clock.GetUtcNow()).ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_waits_for_a_turn_when_silence_is_asked_for_sends_nothing()
    {
        using var stage = GitHubStage.WithToken();
        stage.GitHub.WritesPerMinute = 3;

        var posts = Enumerable.Range(0, 10).Select(at => stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(context: $"c{at}"), default)).ToList();
        await Should.ThrowAsync<ForgeException>(stage.DriveAsync(Task.WhenAll(posts)));

        posts.Count(post => post.IsCompletedSuccessfully).ShouldBe(3);
        stage.GitHub.Calls.Length.ShouldBe(4);
        stage.GitHub.Intrusions.ShouldBeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task One_installations_spent_hour_does_not_silence_another()
    {
        using var stage = GitHubStage.WithApp();
        var other = stage.GitHub.AddRepository("beta", "words");
        other.Installation = 43;
        stage.GitHub.CallsPerHour = 2;
        await stage.PostAsync();
        await stage.PostAsync();

        (await stage.FailAsync(stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), default))).Problem.ShouldBe(ForgeProblem.Limited);
        await stage.DriveAsync(stage.Forge.SetStatusAsync(other.ToStored(new("beta/words")), GitHubStage.Status(), default));

        other.Statuses.Count.ShouldBe(1);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_limit_is_measured_on_GitHubs_clock()
    {
        using var stage = GitHubStage.WithToken();
        stage.GitHub.ClockSkew = TimeSpan.FromMinutes(-30);
        stage.GitHub.CallsPerHour = 1;
        await stage.PostAsync();

        var problem = await stage.FailAsync(stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), default));

        (problem.RetryAt!.Value - stage.Clock.GetUtcNow()).ShouldBeInRange(TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("1507651200000")]
    [InlineData("99999999999")]
    public async Task No_answer_silences_us_for_longer_than_an_hour(string reset)
    {
        using var stage = GitHubStage.WithToken();
        var reply = FakeReply.Error(403, "API rate limit exceeded");
        reply.Headers["X-RateLimit-Remaining"] = "0";
        reply.Headers["X-RateLimit-Reset"] = reset;
        stage.GitHub.ReplyNext(reply);

        var problem = await stage.FailAsync(stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), default));

        problem.Problem.ShouldBe(ForgeProblem.Limited);
        (problem.RetryAt!.Value - stage.Clock.GetUtcNow()).ShouldBeInRange(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(61));
    }

    [Fact(Timeout = 30_000)]
    public async Task Asking_again_for_what_did_not_change_costs_nothing()
    {
        using var stage = GitHubStage.WithToken();
        var ours = stage.Repository.AddComment(7, "alice", "marker");
        for (var at = 0; at < 150; at++)
        {
            stage.Repository.AddComment(7, "bob", $"{at}");
        }

        var first = await stage.DriveAsync(stage.Forge.FindCommentAsync(stage.Stored, 7, "nowhere", default));
        stage.GitHub.ForgetCalls();
        stage.GitHub.CallsPerHour = 5;
        var second = await stage.DriveAsync(stage.Forge.FindCommentAsync(stage.Stored, 7, "nowhere", default));
        var third = await stage.DriveAsync(stage.Forge.FindCommentAsync(stage.Stored, 7, "marker", default));

        (first, second, third).ShouldBe((null, null, ours.Id));
        stage.GitHub.Calls.Select(call => call.Status).ShouldAllBe(status => status == 304);
        ours.Body = "something else";
        (await stage.DriveAsync(stage.Forge.FindCommentAsync(stage.Stored, 7, "marker", default))).ShouldBeNull();
    }

    private static List<TimeSpan> Gaps(GitHubStage stage) => [.. stage.GitHub.Writes.Zip(stage.GitHub.Writes.Skip(1), (one, next) => next.At - one.At)];
}
