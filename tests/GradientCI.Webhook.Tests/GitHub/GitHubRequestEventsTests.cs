using System.Text.Json.Nodes;
using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Webhook.Commands;
using GradientCI.Webhook.Forges.GitHub.Events;

namespace GradientCI.Webhook.Tests.GitHub;

/// <summary>What people ask for at GitHub, as its deliveries tell it.</summary>
public sealed class GitHubRequestEventsTests
{
    private readonly RecordingEvents _events = new();

    [Fact]
    public async Task A_comment_of_a_pull_request_is_told_with_its_author_and_time()
    {
        await HandleAsync(OfPullRequest());

        var (repository, comment) = _events.Comments.ShouldHaveSingleItem();
        repository.RemoteId.ShouldBe(186853002);
        comment.ShouldBe(new RemoteComment
        {
            Id = 492700400,
            PullRequest = 1,
            Body = "/gradient run",
            Author = "Codertocat",
            IsPerson = true,
            IsOfTheHouse = true,
            WrittenAt = new DateTimeOffset(2019, 5, 15, 15, 20, 21, TimeSpan.Zero),
        });
    }

    [Theory]
    [InlineData("edited")]
    [InlineData("deleted")]
    public async Task A_comment_that_is_edited_or_deleted_asks_for_nothing(string action) =>
        await IsIgnoredAsync(OfPullRequest(each => each["action"] = action));

    [Fact]
    public async Task A_comment_of_an_issue_asks_for_nothing() =>
        await IsIgnoredAsync(OfPullRequest(each => each["issue"]!["pull_request"] = null));

    [Fact]
    public async Task A_program_is_no_person_and_nobody_is_of_the_house_without_the_forge_saying_so()
    {
        await HandleAsync(OfPullRequest(each =>
        {
            each["comment"]!["user"]!["type"] = "Bot";
            each["comment"]!["user"]!["login"] = "dependabot[bot]";
            each["comment"]!["author_association"] = "CONTRIBUTOR";
        }));

        var comment = _events.Comments.ShouldHaveSingleItem().Comment;
        (comment.Author, comment.IsPerson, comment.IsOfTheHouse).ShouldBe(("dependabot[bot]", false, false));
    }

    [Fact]
    public async Task A_comment_whose_author_is_gone_is_no_persons()
    {
        await HandleAsync(OfPullRequest(each => each["comment"]!["user"] = null));

        _events.Comments.ShouldHaveSingleItem().Comment.IsPerson.ShouldBeFalse();
    }

    [Theory]
    [InlineData("../../user")]
    [InlineData("-x")]
    [InlineData("a b")]
    [InlineData("")]
    public async Task A_login_that_nobody_can_have_fails_the_delivery(string login)
    {
        (await HandleAsync(OfPullRequest(each => each["comment"]!["user"]!["login"] = login))).State.ShouldBe(DeliveryState.Failed);

        _events.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_check_run_of_ours_that_is_rerequested_names_its_run()
    {
        await HandleAsync(Payload.Delivery("check_run.rerequested", each => each["check_run"]!["external_id"] = "digits#12"));

        var (repository, asked) = _events.Rerequests.ShouldHaveSingleItem();
        repository.Name.ShouldBe("hello-world");
        asked.ShouldBe(new RemoteRerequest(new CommitSha("d6fde92930d4715a2b49857d24b940956b26d2d3"), "digits#12", "octocat"));
    }

    [Fact]
    public async Task All_check_runs_of_a_commit_can_be_rerequested()
    {
        await HandleAsync(Payload.Delivery("check_suite.rerequested"));

        _events.Rerequests.ShouldHaveSingleItem().Asked.ShouldBe(new RemoteRerequest(new CommitSha("ec26c3e57ca3a959ca5aad62de7213c562f8c821"), null, "octocoders-linter[bot]"));
    }

    [Theory]
    [InlineData("check_run.rerequested", "created")]
    [InlineData("check_suite.rerequested", "requested")]
    [InlineData("check_suite.rerequested", "completed")]
    public async Task What_else_happens_to_checks_is_ignored(string example, string action) =>
        await IsIgnoredAsync(Payload.Delivery(example, each => each["action"] = action));

    private async Task IsIgnoredAsync(Delivery delivery)
    {
        (await HandleAsync(delivery)).State.ShouldBe(DeliveryState.Ignored);

        _events.Count.ShouldBe(0);
    }

    private Task<DeliveryOutcome> HandleAsync(Delivery delivery) => new GitHubEvents(_events, _events).HandleAsync(delivery, CancellationToken.None);

    // The published examples are of issues; at a pull request there is this member more.
    private static Delivery OfPullRequest(Action<JsonNode>? change = null) => Payload.Delivery(
        "issue_comment.created",
        each =>
        {
            each["issue"]!["pull_request"] = new JsonObject { ["url"] = "https://api.github.com/repos/Codertocat/Hello-World/pulls/1" };
            each["comment"]!["body"] = "/gradient run";
            change?.Invoke(each);
        });
}
