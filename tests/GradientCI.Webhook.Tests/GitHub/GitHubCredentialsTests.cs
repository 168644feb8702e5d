using System.Security.Cryptography;
using GradientCI.Testing;
using GradientCI.Testing.GitHub;
using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Forges.GitHub;

namespace GradientCI.Webhook.Tests.GitHub;

public sealed class GitHubCredentialsTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_token_serves_until_five_minutes_before_it_expires()
    {
        using var stage = GitHubStage.WithApp();

        await stage.PostAsync();
        stage.Clock.Advance(TimeSpan.FromMinutes(54));
        await stage.PostAsync();
        stage.GitHub.TokensMade.Count.ShouldBe(1);
        stage.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.PostAsync();

        stage.GitHub.TokensMade.Count.ShouldBe(2);
        stage.GitHub.Calls.ShouldAllBe(call => call.Status == 201);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_five_hour_run_never_posts_with_an_expired_token()
    {
        using var stage = GitHubStage.WithApp();

        for (var minute = 0; minute < 300; minute++)
        {
            await stage.PostAsync();
            stage.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        stage.GitHub.Calls.ShouldAllBe(call => call.Status == 201);
        stage.GitHub.TokensMade.Count.ShouldBeInRange(5, 6);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_token_that_was_taken_back_is_made_anew()
    {
        using var stage = GitHubStage.WithApp();
        await stage.PostAsync();
        stage.GitHub.Revoke(stage.GitHub.TokensMade[0]);

        await stage.PostAsync();

        stage.Repository.Statuses.Count.ShouldBe(2);
        stage.GitHub.TokensMade.Count.ShouldBe(2);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_token_that_was_made_anew_and_is_refused_too_was_kept_for_the_hour()
    {
        using var stage = GitHubStage.WithApp();
        stage.GitHub.Intercept = call => call.Path.EndsWith("/access_tokens", StringComparison.Ordinal) ? null : new FakeReply(401);
        (await stage.FailAsync(stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), default))).Problem.ShouldBe(ForgeProblem.Unauthorized);
        stage.GitHub.Intercept = null;

        await stage.PostAsync();

        stage.GitHub.TokensMade.Count.ShouldBe(3);
        stage.Repository.Statuses.Count.ShouldBe(1);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_clone_token_that_git_was_refused_with_was_kept_for_the_hour()
    {
        using var stage = GitHubStage.WithApp();
        var first = await stage.DriveAsync(stage.Forge.GetCloneTokenAsync(stage.Stored, default));

        stage.Forge.RefuseCloneToken(stage.Stored, "another");
        var same = await stage.DriveAsync(stage.Forge.GetCloneTokenAsync(stage.Stored, default));
        stage.Forge.RefuseCloneToken(stage.Stored, first!);
        var second = await stage.DriveAsync(stage.Forge.GetCloneTokenAsync(stage.Stored, default));

        same.ShouldBe(first);
        second.ShouldNotBe(first);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(-90)]
    [InlineData(90)]
    [InlineData(-7200)]
    [InlineData(7200)]
    public async Task A_clock_that_goes_wrong_is_corrected_by_GitHubs(int seconds)
    {
        using var stage = GitHubStage.WithApp();
        stage.GitHub.ClockSkew = TimeSpan.FromSeconds(seconds);

        for (var minute = 0; minute < 180; minute += 10)
        {
            await stage.PostAsync();
            stage.Clock.Advance(TimeSpan.FromMinutes(10));
        }

        stage.Repository.Statuses.Count.ShouldBe(18);
        stage.GitHub.Calls.Count(call => call.Status == 401).ShouldBeLessThanOrEqualTo(1);
        stage.GitHub.Calls.ShouldAllBe(call => call.Status == 201 || call.Path.EndsWith("/access_tokens", StringComparison.Ordinal));
        stage.GitHub.TokensMade.Count.ShouldBeInRange(3, 4);
    }

    [Fact(Timeout = 30_000)]
    public async Task Another_apps_key_is_refused_without_asking_again()
    {
        using var stage = GitHubStage.WithApp();
        using var folder = new TemporaryFolder();
        using var other = RSA.Create(2048);
        File.WriteAllText(folder["other.pem"], other.ExportPkcs8PrivateKeyPem());
        using var forge = new GitHubForge(new GitHubOptions { AppId = 4711, PrivateKeyFile = folder["other.pem"] }, stage.GitHub.Handler(), stage.Clock);

        var problem = await stage.FailAsync(forge.CheckAsync(default));

        problem.Problem.ShouldBe(ForgeProblem.Unauthorized);
        problem.Message.ShouldBe("GitHub does not accept our credentials to say which app the key is of: A JSON web token could not be decoded.");
        stage.GitHub.Calls.Length.ShouldBe(1);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_personal_token_that_was_taken_back_is_said_so()
    {
        using var stage = GitHubStage.WithToken();
        stage.GitHub.Revoke(GitHubStage.Token);

        var problem = await stage.FailAsync(stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), default));

        problem.Problem.ShouldBe(ForgeProblem.Unauthorized);
        stage.GitHub.Calls.Length.ShouldBe(1);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_installation_that_is_gone_is_said_so()
    {
        using var stage = GitHubStage.WithApp();
        var stored = stage.Stored with { Installation = 43 };

        var problem = await stage.FailAsync(stage.Forge.SetStatusAsync(stored, GitHubStage.Status(), default));

        problem.Problem.ShouldBe(ForgeProblem.NotFound);
        problem.Message.ShouldContain("installation 43");
    }

    [Fact(Timeout = 30_000)]
    public async Task Many_who_need_a_token_at_once_share_one()
    {
        using var stage = GitHubStage.WithApp();

        await stage.DriveAsync(Task.WhenAll(Enumerable.Range(0, 10).Select(_ => stage.Forge.FindCommentAsync(stage.Stored, 7, "x", default))));

        stage.GitHub.TokensMade.Count.ShouldBe(1);
    }

    [Fact]
    public async Task No_refusal_repeats_a_secret_even_if_GitHub_does()
    {
        foreach (var status in (int[])[400, 401, 403, 404, 409, 410, 418, 422, 451])
        {
            using var stage = GitHubStage.WithToken();
            stage.GitHub.ReplyNext(FakeReply.Error(status, $"Bad token {GitHubStage.Token}\r\nX: y", $"{GitHubStage.Token} is wrong"));

            var problem = await stage.FailAsync(stage.Forge.SetStatusAsync(stage.Stored, GitHubStage.Status(), default));

            problem.Message.ShouldContain("***");
        }
    }
}
