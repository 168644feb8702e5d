using GradientCI.Stores;
using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Forges.GitHub.Events;
using GradientCI.Webhook.Intake;
using GradientCI.Webhook.Reconciliation;
using GradientCI.Webhook.Tests.GitHub;
using GradientCI.Webhook.Tests.Triggers;
using GradientCI.Webhook.Triggers;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Webhook.Tests.Reconciliation;

/// <summary>Pushes of which nobody tells us, or late.</summary>
public sealed class MissedPushTests
{
    private const int Patience = 120_000;

    private const string Manifest = """
        version: 1
        experiments:
          digits:
            command: "true"
            on: { push: { branches: ["**"], tags: ["**"] }, pull_request: true }
        """;

    [Fact(Timeout = Patience)]
    public async Task The_first_look_at_a_repository_runs_nothing()
    {
        await using var stage = await ForgeStage.SetAsync(Manifest);
        await stage.Events.RepositoryAsync(stage.Repository, stage.Heard, default);

        await LookAsync(stage);
        await LookAsync(stage);

        (await stage.RunsAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task The_first_push_that_we_hear_of_is_enough_for_the_next_not_to_be_missed()
    {
        await using var stage = await ForgeStage.SetAsync(Manifest);
        await Remembered(stage).PushAsync(stage.Repository, [RefUpdate.TryMake(ForgeStage.Zeros, stage.Server.Head(), "refs/heads/main")!], stage.Heard, default);
        stage.Server.Commit("Missed");
        stage.Server.Push("HEAD:refs/heads/topic");

        await LookAsync(stage);

        (await stage.StatesAsync()).ShouldBe("digits#1 Begin queued, digits#2 Missed queued");
    }

    [Fact(Timeout = Patience)]
    public async Task Fifty_pushes_while_nobody_listened_all_have_runs_after_one_look_and_nothing_twice()
    {
        await using var stage = await ForgeStage.SetAsync(Manifest);
        await stage.Events.RepositoryAsync(stage.Repository, stage.Heard, default);
        await LookAsync(stage);
        var heads = new List<string>();
        for (var push = 0; push < 46; push++)
        {
            heads.Add(stage.Server.Commit($"Commit {push}"));
            stage.Server.Push($"HEAD:refs/heads/branch-{push % 23}");
        }

        foreach (var tag in (string[])["v1", "v2", "v3", "v4"])
        {
            heads.Add(stage.Server.Commit(tag));
            stage.Server.Work.Git("tag", "--annotate", "--message=x", tag);
        }

        stage.Server.Push("refs/tags/v1", "refs/tags/v2", "refs/tags/v3", "refs/tags/v4");

        await LookAsync(stage);

        var runs = await stage.RunsAsync();
        runs.Select(run => run.Commit.Sha.Value).ShouldBe(heads.Skip(23), ignoreOrder: true);
        await LookAsync(stage);
        (await stage.RunsAsync()).Length.ShouldBe(runs.Length);
    }

    [Fact(Timeout = Patience)]
    public async Task A_push_that_is_told_of_after_it_was_found_runs_no_second_time()
    {
        await using var stage = await ForgeStage.SetAsync(Manifest);
        await stage.Events.RepositoryAsync(stage.Repository, stage.Heard, default);
        await LookAsync(stage);
        var (before, first) = (stage.Server.Head(), stage.Server.Commit("First"));
        stage.Server.Push("HEAD:refs/heads/main");
        var second = stage.Server.Commit("Second");
        stage.Server.Push("HEAD:refs/heads/main");
        await LookAsync(stage);

        await stage.TellPushAsync("refs/heads/main", before, first);
        await stage.TellPushAsync("refs/heads/main", first, second);
        await stage.TellPushAsync("refs/heads/main", first, second);

        // The first was a push of its own, of which the look could not know.
        (await stage.StatesAsync()).ShouldBe("digits#1 Second queued, digits#2 First queued");
    }

    [Fact(Timeout = Patience)]
    public async Task A_push_that_was_told_of_is_not_found_again_though_nothing_was_remembered_of_it()
    {
        await using var stage = await ForgeStage.SetAsync(Manifest);
        await stage.Events.RepositoryAsync(stage.Repository, stage.Heard, default);
        await LookAsync(stage);
        var (before, first) = (stage.Server.Head(), stage.Server.Commit("First"));
        await stage.PushAsync("main", before);
        stage.Server.Commit("Second");
        await stage.PushAsync("main", first);

        await LookAsync(stage);

        (await stage.StatesAsync()).ShouldBe("digits#1 First queued, digits#2 Second queued");
    }

    [Fact(Timeout = Patience)]
    public async Task What_was_told_of_is_remembered_so_that_the_next_look_finds_nothing()
    {
        await using var stage = await ForgeStage.SetAsync(Manifest);
        await stage.Events.RepositoryAsync(stage.Repository, stage.Heard, default);
        await LookAsync(stage);
        var before = stage.Server.Head();
        stage.Server.Commit("First");
        stage.Server.Push("HEAD:refs/heads/main");
        await Remembered(stage).PushAsync(stage.Repository, [RefUpdate.TryMake(before, stage.Server.Head(), "refs/heads/main")!], stage.Heard, default);

        (await DeliveredAsync(stage)).ShouldBe(0);

        stage.Server.Work.Git("push", "--quiet", stage.Server.Bare, "HEAD:refs/heads/topic");
        (await DeliveredAsync(stage)).ShouldBe(1);
        stage.Server.Work.Git("push", "--quiet", stage.Server.Bare, ":refs/heads/topic");
        (await DeliveredAsync(stage)).ShouldBe(0);
    }

    [Fact(Timeout = Patience)]
    public async Task A_pull_request_whose_head_nobody_told_of_runs()
    {
        await using var stage = await ForgeStage.SetAsync(Manifest);
        await stage.Events.RepositoryAsync(stage.Repository, stage.Heard, default);
        await LookAsync(stage);
        stage.Server.Work.Git("switch", "--quiet", "--create", "topic");
        var head = stage.Server.Commit("Topic");
        stage.Server.Push("HEAD:refs/pull/7/head");

        var (told, project) = (stage.PullRequest(head: head), (await stage.Forges.FindRepositoryAsync("github", 42, default))!.Project);
        stage.Forge.PullRequests[7] = new PullRequest
        {
            Project = project, Number = 7, Head = told.Head, HeadRef = told.HeadRef, HeadRepository = told.HeadRepository, IsFork = false,
            BaseRef = told.BaseRef, Base = told.Base, UpdatedAt = told.UpdatedAt,
        };

        await LookAsync(stage);
        await LookAsync(stage);

        var run = (await stage.RunsAsync()).ShouldHaveSingleItem();
        run.Origin.ShouldBe($"pull 7 {head}");
    }

    [Fact(Timeout = Patience)]
    public async Task A_forge_that_does_not_let_us_in_is_looked_at_again_and_nothing_is_forgotten()
    {
        await using var stage = await ForgeStage.SetAsync(Manifest);
        await stage.Events.RepositoryAsync(stage.Repository, stage.Heard, default);
        await LookAsync(stage);
        stage.Server.Commit("First");
        stage.Server.Push("HEAD:refs/heads/main");
        stage.Forge.Problem = new ForgeException(ForgeProblem.Unavailable, "GitHub is away.");
        (await DeliveredAsync(stage)).ShouldBe(0);

        stage.Forge.Problem = null;

        (await DeliveredAsync(stage)).ShouldBe(1);
    }

    private static RememberedEvents Remembered(ForgeStage stage) => new(stage.Events, stage.Store, stage.Store, Watch(stage));

    private static HeadWatch Watch(ForgeStage stage) =>
        new(stage.Data, stage.Forge, stage.Store, stage.Store, stage.Store, TimeProvider.System, NullLogger<HeadWatch>.Instance);

    /// <summary>Looks, and counts what was found.</summary>
    private static async Task<int> DeliveredAsync(ForgeStage stage)
    {
        await Watch(stage).LookAsync(default);
        var due = await stage.Store.ListDueDeliveriesAsync(DateTimeOffset.MaxValue, [], 100, default);
        foreach (var delivery in due)
        {
            await stage.Store.EndDeliveryAsync(delivery.Id, DeliveryState.Done, "", default, default);
        }

        return due.Length;
    }

    /// <summary>Looks, and does what follows.</summary>
    private static async Task LookAsync(ForgeStage stage)
    {
        await Watch(stage).LookAsync(default);
        var found = new FoundDeliveries(Remembered(stage), stage.Forge);
        var processor = new DeliveryProcessor(stage.Store, new GitHubEvents(stage.Events, new RecordingEvents()), new Doorbell(), TimeProvider.System, NullLogger<DeliveryProcessor>.Instance)
        {
            HandleOwnAsync = found.HandleAsync,
        };
        while (await stage.Store.ListDueDeliveriesAsync(TimeProvider.System.GetUtcNow(), [], 1, default) is not [])
        {
            await processor.TakeUpAsync(default);
            await processor.FinishAsync();
        }

        (await stage.Store.ListDueDeliveriesAsync(DateTimeOffset.MaxValue, [], 100, default)).ShouldBeEmpty();
    }
}
