using System.Text;
using System.Text.Json.Nodes;
using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Webhook.Forges.GitHub.Events;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Tests.GitHub;

public sealed class GitHubEventsTests
{
    private const string Before = "6113728f27ae82c7b1a177c8d03f9e96e0adf246";
    private const string After = "ec26c3e57ca3a959ca5aad62de7213c562f8c821";
    private readonly RecordingEvents _events = new();

    public static TheoryData<string> Examples() => [.. Payload.Names];

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Each_published_example_is_understood(string example)
    {
        var outcome = await HandleAsync(Payload.Delivery(example));

        // The comments are an issue's, and the check run is none of ours.
        var isIgnored = example is "star.created" or "repository.created" or "issue_comment.created" or "issue_comment.edited" or "check_run.rerequested";
        outcome.State.ShouldBe(isIgnored ? DeliveryState.Ignored : DeliveryState.Done, outcome.Note);
        outcome.Note.ShouldEndWith(".");
        _events.Count.ShouldBe(isIgnored || example == "ping.repository" ? 0 : 1);
    }

    [Fact]
    public async Task A_new_branch_is_a_push_of_its_repository()
    {
        await HandleAsync(Payload.Delivery("push.branch-created"));

        var (repository, updates) = _events.Pushes.ShouldHaveSingleItem();
        repository.ShouldBe(new RemoteRepository("github", 186853002, "Codertocat", "Hello-World", "https://github.com/Codertocat/Hello-World.git", "master", 1));
        updates.ShouldHaveSingleItem().ShouldBe(RefUpdate.Parse($"{Payload.Zeros} {Before} refs/heads/master"));
    }

    [Theory]
    [InlineData(Before, After, "refs/heads/feature/lr", false)]
    [InlineData(Before, After, "refs/heads/feature/lr", true)]
    [InlineData(Before, Payload.Zeros, "refs/heads/feature/lr", false)]
    [InlineData(Payload.Zeros, After, "refs/tags/v1", false)]
    public async Task Updates_forced_or_not_and_deletions_are_told_as_git_tells_them(string before, string after, string name, bool forced)
    {
        await HandleAsync(Payload.Push(before, after, name, forced));

        var update = _events.Pushes.ShouldHaveSingleItem().Updates.ShouldHaveSingleItem();
        (update.Old, update.New, update.Ref).ShouldBe((before, after, name));
    }

    [Theory]
    [InlineData("refs/heads/../../etc")]
    [InlineData("refs/heads/a b")]
    [InlineData("--upload-pack=evil")]
    [InlineData("refs/heads/new\nline")]
    public async Task A_ref_that_git_would_not_have_fails_the_delivery(string name)
    {
        var outcome = await HandleAsync(Payload.Push(Before, After, name));

        outcome.State.ShouldBe(DeliveryState.Failed);
        _events.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("6113728F27AE82C7B1A177C8D03F9E96E0ADF246")]
    [InlineData("6113728")]
    [InlineData("")]
    public async Task A_commit_that_git_would_not_have_fails_the_delivery(string sha)
    {
        (await HandleAsync(Payload.Push(Before, sha, "refs/heads/main"))).State.ShouldBe(DeliveryState.Failed);
        (await HandleAsync(Payload.Delivery("pull_request.opened", pull => pull["pull_request"]!["head"]!["sha"] = sha))).State.ShouldBe(DeliveryState.Failed);

        _events.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("full_name", "Codertocat")]
    [InlineData("full_name", "Codertocat/..")]
    [InlineData("full_name", "-c/evil")]
    [InlineData("full_name", "a/b/c")]
    [InlineData("clone_url", "ext::sh -c evil")]
    [InlineData("clone_url", "https://user:password@github.com/a/b.git")]
    [InlineData("clone_url", "file:///etc")]
    [InlineData("clone_url", "/etc")]
    public async Task A_repository_that_github_would_not_have_fails_the_delivery(string member, string text)
    {
        var outcome = await HandleAsync(Payload.Delivery("push.branch-created", push => push["repository"]![member] = text));

        outcome.State.ShouldBe(DeliveryState.Failed);
        _events.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_pull_request_is_told_with_both_its_ends()
    {
        await HandleAsync(Payload.Delivery("pull_request.opened"));

        var (repository, pull) = _events.PullRequests.ShouldHaveSingleItem();
        repository.RemoteId.ShouldBe(186853002);
        pull.ShouldBe(new PullRequest
        {
            Project = default,
            Number = 2,
            Head = new CommitSha("ec26c3e57ca3a959ca5aad62de7213c562f8c821"),
            HeadRef = "changes",
            HeadRepository = "Codertocat/Hello-World",
            IsFork = false,
            BaseRef = "master",
            Base = new CommitSha("f95f852bd8fca8fcc58a9a2d6c842781e32a215e"),
            Author = "Codertocat",
            IsOpen = true,
            IsDraft = false,
            UpdatedAt = new DateTimeOffset(2019, 5, 15, 15, 20, 33, TimeSpan.Zero),
        });
    }

    [Fact]
    public async Task A_pull_request_says_whether_it_is_open_and_a_draft()
    {
        await HandleAsync(Payload.Delivery("pull_request.closed"));
        await HandleAsync(Payload.Delivery("pull_request.converted_to_draft"));

        _events.PullRequests.Select(each => (each.PullRequest.IsOpen, each.PullRequest.IsDraft)).ShouldBe([(false, false), (true, true)]);
    }

    [Fact]
    public async Task A_head_of_another_repository_is_a_fork_whatever_that_is_called()
    {
        await HandleAsync(Payload.Delivery("pull_request.opened", pull => pull["pull_request"]!["head"]!["repo"]!["id"] = 42));

        _events.PullRequests.ShouldHaveSingleItem().PullRequest.IsFork.ShouldBeTrue();
    }

    [Fact]
    public async Task A_head_whose_repository_is_gone_is_a_fork()
    {
        await HandleAsync(Payload.Delivery("pull_request.synchronize", pull => pull["pull_request"]!["head"]!["repo"] = null));

        var pull = _events.PullRequests.ShouldHaveSingleItem().PullRequest;
        (pull.IsFork, pull.HeadRepository).ShouldBe((true, ""));
    }

    [Fact]
    public async Task A_pull_request_whose_author_is_gone_is_taken()
    {
        await HandleAsync(Payload.Delivery("pull_request.opened", pull => pull["pull_request"]!["user"] = null));

        _events.PullRequests.ShouldHaveSingleItem().PullRequest.Author.ShouldBe("");
    }

    [Theory]
    [InlineData("edited", DeliveryState.Done)]
    [InlineData("assigned", DeliveryState.Ignored)]
    [InlineData("invented_tomorrow", DeliveryState.Ignored)]
    public async Task Actions_that_change_nothing_for_us_are_ignored(string action, DeliveryState state)
    {
        (await HandleAsync(Payload.Delivery("pull_request.opened", pull => pull["action"] = action))).State.ShouldBe(state);
    }

    [Fact]
    public async Task Repositories_of_an_installation_are_let_in_with_an_address_made_from_the_accounts()
    {
        await HandleAsync(Payload.Delivery("installation.created"));
        await HandleAsync(Payload.Delivery("installation_repositories.added"));

        _events.Repositories.Select(each => (each.Owner, each.Name, each.CloneUrl, each.DefaultBranch, each.Installation)).ShouldBe(
        [
            ("Codertocat", "Hello-World", "https://github.com/Codertocat/Hello-World.git", "", 957387),
            ("Codertocat", "Space", "https://github.com/Codertocat/Space.git", "", 957387),
        ]);
    }

    [Fact]
    public async Task An_installation_of_many_repositories_lets_each_of_them_in()
    {
        var outcome = await HandleAsync(Payload.Delivery(
            "installation.created",
            each => each["repositories"] = new JsonArray(
                [.. Enumerable.Range(1, 120).Select(number => new JsonObject { ["id"] = number, ["full_name"] = $"octo/r{number}" })])));

        _events.Repositories.Count.ShouldBe(120);
        outcome.Note.ShouldBe("120 repositories: Noted.");
    }

    [Fact]
    public async Task What_shuts_us_out_lets_go_of_the_repositories()
    {
        await HandleAsync(Payload.Delivery("installation.deleted"));
        await HandleAsync(Payload.Delivery("installation.suspend"));
        await HandleAsync(Payload.Delivery("installation_repositories.removed"));
        await HandleAsync(Payload.Delivery("repository.edited", each => each["action"] = "deleted"));

        _events.Uninstalled.Count.ShouldBe(2);
        _events.Removed.Count.ShouldBe(2);
        _events.Removed[1].ShouldBe(("github", 186853261));
    }

    [Fact]
    public async Task A_renamed_or_moved_repository_is_told_under_its_new_name()
    {
        await HandleAsync(Payload.Delivery("repository.renamed"));
        await HandleAsync(Payload.Delivery("repository.transferred"));

        _events.Repositories.ShouldAllBe(each => each.Owner == "Octocoders" && each.RemoteId == 186853261);
    }

    [Theory]
    [InlineData("""{"ref": "refs/heads/main"}""")]
    [InlineData("""{"ref": 7}""")]
    [InlineData("""{"ref": null, "before": null, "after": null, "repository": null}""")]
    [InlineData("null")]
    public async Task A_payload_without_what_is_needed_fails_with_a_sentence(string body)
    {
        var outcome = await HandleAsync(Payload.Delivery("push.branch-created") with { Body = Encoding.UTF8.GetBytes(body) });

        outcome.State.ShouldBe(DeliveryState.Failed);
        outcome.Note.ShouldStartWith("The payload of 'push' could not be read: ");
    }

    [Fact]
    public async Task Trouble_of_the_record_is_no_fault_of_the_payload()
    {
        _events.OnPush = _ => throw new GradientException(FailureKind.Environment, "The disk is full.");

        await Should.ThrowAsync<GradientException>(() => HandleAsync(Payload.Delivery("push.branch-created")));
    }

    private Task<DeliveryOutcome> HandleAsync(Delivery delivery) => new GitHubEvents(_events, _events).HandleAsync(delivery, CancellationToken.None);
}
