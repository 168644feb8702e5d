using GradientCI.Testing.GitHub;
using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Forges.GitHub;
using GradientCI.Webhook.Forges.GitHub.Clients;

namespace GradientCI.Webhook.Tests.GitHub;

public sealed class GitHubForgeTests
{
    private const string Marker = "<!-- gradientci -->";

    [Theory]
    [InlineData(StatusState.Pending, "pending")]
    [InlineData(StatusState.Success, "success")]
    [InlineData(StatusState.Failure, "failure")]
    [InlineData(StatusState.Error, "error")]
    public async Task A_status_is_posted(StatusState state, string word)
    {
        using var stage = GitHubStage.WithToken();

        await stage.PostAsync(GitHubStage.Status(state));

        var status = stage.Repository.Status(GitHubStage.Sha.Value, "gradientci/digits").ShouldNotBeNull();
        (status.State, status.Description, status.TargetUrl, status.By).ShouldBe((word, "0.934 ≥ 0.92", "https://ci.example.org/runs/digits/12", "alice"));
    }

    [Theory]
    [InlineData("漢字", 139)]
    [InlineData("🐛🚀", 139)]
    [InlineData("👩‍👩‍👧‍👦 é", 139)]
    public async Task A_description_in_any_script_is_taken(string text, int kept)
    {
        using var stage = GitHubStage.WithToken();

        await stage.PostAsync(GitHubStage.Status(description: string.Concat(Enumerable.Repeat(text, 100))));

        stage.Repository.Statuses.Single().Description.Length.ShouldBe(kept + 1);
    }

    [Fact]
    public async Task An_app_posts_a_status_as_its_installation()
    {
        using var stage = GitHubStage.WithApp();

        await stage.PostAsync();

        stage.Repository.Statuses.Single().By.ShouldBe("gradientci[bot]");
        stage.GitHub.Calls.Select(call => call.ToString()).ShouldBe(
            ["POST /app/installations/42/access_tokens 201", $"POST /repos/acme/digits/statuses/{GitHubStage.Sha.Value} 201"]);
    }

    [Theory]
    [InlineData(StatusState.Pending, "in_progress", null)]
    [InlineData(StatusState.Success, "completed", "success")]
    [InlineData(StatusState.Failure, "completed", "failure")]
    [InlineData(StatusState.Error, "completed", "failure")]
    public async Task A_check_run_is_made_and_changed(StatusState state, string status, string? conclusion)
    {
        using var stage = GitHubStage.WithApp();
        var run = new CheckRun(GitHubStage.Sha, "gradientci/digits", StatusState.Pending, "Queued", "…", null, "digits#12");

        var id = await stage.DriveAsync(stage.Forge.PutCheckRunAsync(stage.Stored, run, null, default));
        var same = await stage.DriveAsync(stage.Forge.PutCheckRunAsync(stage.Stored, run with { State = state, Title = "0.934", Summary = "| a |", DetailsUrl = "https://ci.example.org" }, id, default));

        same.ShouldBe(id);
        var made = stage.Repository.CheckRuns.ShouldHaveSingleItem();
        (made.Id, made.Status, made.Conclusion, made.Title, made.Summary, made.ExternalId, made.DetailsUrl).ShouldBe((id, status, conclusion, "0.934", "| a |", "digits#12", "https://ci.example.org"));
    }

    [Fact]
    public void Check_runs_are_for_apps_alone()
    {
        using var person = GitHubStage.WithToken();
        using var app = GitHubStage.WithApp();

        person.Forge.HasCheckRuns.ShouldBeFalse();
        app.Forge.HasCheckRuns.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Our_comment_is_found_behind_many_others_and_a_forged_marker(bool isApp)
    {
        using var stage = isApp ? GitHubStage.WithApp() : GitHubStage.WithToken();
        stage.Repository.AddComment(7, "mallory", $"{Marker} edit me");
        for (var at = 0; at < 120; at++)
        {
            stage.Repository.AddComment(7, at % 2 == 0 ? "bob" : "gradientci", $"Comment {at} {Marker}");
        }

        stage.Repository.AddComment(8, isApp ? "gradientci[bot]" : "alice", $"{Marker} another pull request's");
        var ours = stage.Repository.AddComment(7, isApp ? "gradientci[bot]" : "Alice", $"{Marker} results");
        stage.Repository.AddComment(7, isApp ? "gradientci[bot]" : "alice", $"{Marker} results again");

        var found = await stage.DriveAsync(stage.Forge.FindCommentAsync(stage.Stored, 7, Marker, default));

        found.ShouldBe(ours.Id);
        stage.GitHub.Calls.Count(call => call.Path.Contains("/comments", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task A_comment_that_was_never_made_is_not_found()
    {
        using var stage = GitHubStage.WithApp();
        stage.Repository.AddComment(7, "gradientci[bot]", "Without it.");

        (await stage.DriveAsync(stage.Forge.FindCommentAsync(stage.Stored, 7, Marker, default))).ShouldBeNull();
    }

    [Fact]
    public async Task A_comment_is_made_once_and_edited_in_place()
    {
        using var stage = GitHubStage.WithApp();

        var id = await stage.DriveAsync(stage.Forge.PutCommentAsync(stage.Stored, 7, $"{Marker} one", null, default));
        await stage.DriveAsync(stage.Forge.PutCommentAsync(stage.Stored, 7, $"{Marker} two 🐛", id, default));

        var comment = stage.Repository.Comments.ShouldHaveSingleItem();
        (comment.Id, comment.Login, comment.Body).ShouldBe((id, "gradientci[bot]", $"{Marker} two 🐛"));
    }

    [Fact]
    public async Task A_comment_that_somebody_deleted_is_not_found_when_it_is_to_be_edited()
    {
        using var stage = GitHubStage.WithApp();
        var id = await stage.DriveAsync(stage.Forge.PutCommentAsync(stage.Stored, 7, "one", null, default));
        stage.Repository.DeleteComment(id);

        var problem = await stage.FailAsync(stage.Forge.PutCommentAsync(stage.Stored, 7, "two", id, default));

        problem.Problem.ShouldBe(ForgeProblem.NotFound);
        problem.Message.ShouldBe($"GitHub found nothing, or hides it from us, when asked to change the comment {id} of acme/digits: Not Found.");
    }

    [Fact]
    public async Task An_app_clones_with_a_token_that_reads_that_repository_alone()
    {
        using var stage = GitHubStage.WithApp();

        var token = await stage.DriveAsync(stage.Forge.GetCloneTokenAsync(stage.Stored, default));
        var again = await stage.DriveAsync(stage.Forge.GetCloneTokenAsync(stage.Stored, default));

        token.ShouldBe(stage.GitHub.TokensMade.Single());
        again.ShouldBe(token);
        stage.GitHub.Calls.Single().Body!.ToJsonString().ShouldBe($"{{\"repository_ids\":[{stage.Repository.Id}],\"permissions\":{{\"contents\":\"read\"}}}}");
    }

    [Fact]
    public async Task A_person_clones_with_the_token()
    {
        using var stage = GitHubStage.WithToken();

        (await stage.Forge.GetCloneTokenAsync(stage.Stored, default)).ShouldBe(GitHubStage.Token);
    }

    [Theory]
    [InlineData("https://github.com.example.org/acme/digits.git")]
    [InlineData("https://api.github.com/acme/digits.git")]
    [InlineData("nonsense")]
    public async Task A_token_is_given_for_no_other_host_whatever_a_delivery_says(string url)
    {
        using var stage = GitHubStage.WithToken();
        stage.Repository.CloneUrl = url;

        (await stage.FailAsync(stage.Forge.GetCloneTokenAsync(stage.Stored, default))).Problem.ShouldBe(ForgeProblem.Forbidden);
    }

    [Fact]
    public async Task It_says_as_whom_it_speaks()
    {
        using var person = GitHubStage.WithToken();
        using var app = GitHubStage.WithApp();

        (await person.DriveAsync(person.Forge.CheckAsync(default))).ShouldBe("alice");
        (await app.DriveAsync(app.Forge.CheckAsync(default))).ShouldBe("app gradientci");
    }

    [Fact]
    public async Task A_renamed_repository_is_followed()
    {
        using var stage = GitHubStage.WithToken();
        var stored = stage.Stored;
        stage.Repository.Rename("numbers");
        var ours = stage.Repository.AddComment(7, "alice", Marker);

        await stage.DriveAsync(stage.Forge.SetStatusAsync(stored, GitHubStage.Status(), default));
        var found = await stage.DriveAsync(stage.Forge.FindCommentAsync(stored, 7, Marker, default));

        stage.Repository.Statuses.Count.ShouldBe(1);
        found.ShouldBe(ours.Id);
    }

    [Fact]
    public async Task An_installation_that_was_not_told_is_asked_for_once()
    {
        using var stage = GitHubStage.WithApp();
        var stored = stage.Stored with { Installation = null };

        await stage.DriveAsync(stage.Forge.SetStatusAsync(stored, GitHubStage.Status(), default));
        await stage.DriveAsync(stage.Forge.SetStatusAsync(stored, GitHubStage.Status(), default));

        stage.GitHub.Calls.Count(call => call.Path == "/repos/acme/digits/installation").ShouldBe(1);
        stage.Repository.Statuses.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_pull_request_whose_fork_was_deleted_can_be_read()
    {
        using var stage = GitHubStage.WithToken();
        stage.Repository.AddPullRequest(8).HeadIsGone = true;
        // Not held to the description, which does not say that this repository may be null.
        using var forge = new GitHubForge(stage.Options, stage.GitHub.Handler(), stage.Clock);
        var client = await forge.ClientAsync(stage.Stored, default);

        var pullRequest = await client.PullRequest.GetAsync(new RepositoryName("acme", "digits"), 8, default);

        pullRequest.Head.Repo.ShouldBeNull();
    }

    [Fact]
    public async Task Every_operation_in_use_is_described_and_every_described_one_is_in_use()
    {
        using var stage = GitHubStage.WithApp();
        using var person = GitHubStage.WithToken();
        var name = new RepositoryName("acme", "digits");
        var stored = stage.Stored with { Installation = null };
        stage.Repository.PullRequests[0].Fork = stage.GitHub.AddRepository("mallory", "digits");

        await stage.DriveAsync(stage.Forge.SetStatusAsync(stored, GitHubStage.Status(), default));
        var run = await stage.DriveAsync(stage.Forge.PutCheckRunAsync(stored, new CheckRun(GitHubStage.Sha, "gradientci/digits", StatusState.Success, "t", "s", null, "digits#1"), null, default));
        await stage.DriveAsync(stage.Forge.PutCheckRunAsync(stored, new CheckRun(GitHubStage.Sha, "gradientci/digits", StatusState.Success, "t", "s", null, "digits#1"), run, default));
        var comment = await stage.DriveAsync(stage.Forge.PutCommentAsync(stored, 7, Marker, null, default));
        await stage.DriveAsync(stage.Forge.PutCommentAsync(stored, 7, Marker + "!", comment, default));
        (await stage.DriveAsync(stage.Forge.FindCommentAsync(stored, 7, Marker, default))).ShouldBe(comment);
        var client = await stage.DriveAsync(stage.Forge.ClientAsync(stored, default));
        var repository = await stage.DriveAsync(client.Repository.GetAsync(name, default));
        var pullRequest = await stage.DriveAsync(client.PullRequest.GetAsync(name, 7, default));
        var permission = await stage.DriveAsync(client.Collaborator.ReviewPermissionAsync(name, "alice", default));
        await stage.DriveAsync(stage.Forge.ReactAsync(stored, comment, Reaction.Done, default));
        await stage.DriveAsync(stage.Forge.FindCheckRunAsync(stored, new CheckRun(GitHubStage.Sha, "gradientci/digits", StatusState.Success, "t", "s", null, "digits#1"), default));
        await person.DriveAsync(person.Forge.CheckAsync(default));
        stage.GitHub.AddDelivery(stage.GitHub.AppHook, "lost", 502);
        person.GitHub.AddDelivery(person.Repository.AddHook(stage.GitHub.AppHook.Url), "lost", 502);
        person.Repository.Permissions["alice"] = "admin";
        var again = new RedeliveryRequest([person.Stored], stage.GitHub.AppHook.Url, stage.Clock.GetUtcNow().AddDays(-3), 10);
        (await stage.DriveAsync(stage.Forge.RedeliverAsync(again, default))).Asked.ShouldBe(1);
        (await person.DriveAsync(person.Forge.RedeliverAsync(again, default))).Asked.ShouldBe(1);

        (repository.FullName, repository.DefaultBranch, repository.CloneUrl).ShouldBe(("acme/digits", "main", "https://github.com/acme/digits.git"));
        (pullRequest.Number, pullRequest.State, pullRequest.Head.Repo!.FullName, pullRequest.Base.Ref, pullRequest.User!.Login).ShouldBe((7, "open", "mallory/digits", "main", "alice"));
        permission.Permission.ShouldBe("read");
        stage.Described.Seen.Keys.Union(person.Described.Seen.Keys).Order().ShouldBe(GitHubDescription.Instance.Operations.Order());
    }
}
