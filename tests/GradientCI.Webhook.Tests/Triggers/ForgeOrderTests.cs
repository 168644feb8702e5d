using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Tests.Triggers;

/// <summary>What is told late, because it failed and was tried again, or at once with something else.</summary>
public sealed class ForgeOrderTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_removal_that_was_tried_again_undid_a_later_readding()
    {
        await using var stage = await ForgeStage.SetAsync();
        await stage.PushAsync("main");
        var removed = Heard(2);
        await stage.Events.RepositoryAsync(stage.Repository, Heard(3), default);

        var sentence = await stage.Events.RemovedAsync("github", 42, removed, default);
        await stage.Events.UninstalledAsync("github", 7, removed, default);
        stage.Server.Commit("Second");
        await stage.PushAsync("main");

        sentence.ShouldBe("ada/digits is not let go of: we heard later that it lets us in.");
        (await stage.StatesAsync()).ShouldBe("digits#1 Begin queued, digits#2 Second queued");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_readding_that_was_tried_again_undid_a_later_removal()
    {
        await using var stage = await ForgeStage.SetAsync();
        await stage.PushAsync("main");
        await stage.Events.RemovedAsync("github", 42, Heard(3), default);

        await stage.Events.RepositoryAsync(stage.Repository, Heard(2), default);
        await stage.Events.ReinstalledAsync("github", 7, Heard(2), default);

        (await stage.Forges.ListRepositoriesAsync(default)).ShouldHaveSingleItem().IsRemoved.ShouldBeTrue();
        (await stage.StatesAsync()).ShouldBe("digits#1 Begin cancelled");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_push_that_was_tried_again_gave_a_renamed_repository_its_old_name()
    {
        await using var stage = await ForgeStage.SetAsync();
        var renamed = stage.Repository with { Owner = "grace", Name = "numbers", Installation = 8 };
        await stage.Events.RepositoryAsync(renamed, Heard(2), default);

        await stage.PushAsync("main");

        var known = (await stage.Forges.ListRepositoriesAsync(default)).ShouldHaveSingleItem();
        (known.FullName, known.Installation).ShouldBe(("grace/numbers", 8));
        (await stage.StatesAsync()).ShouldBe("digits#1 Begin queued");
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_fetched_while_its_repository_was_let_go_of_does_not_run(bool isPullRequest)
    {
        await using var stage = await ForgeStage.SetAsync(ForgeStage.Manifest + "    on: { push: { branches: [main] }, pull_request: {} }\n");
        await stage.Events.RepositoryAsync(stage.Repository, stage.Heard, default);
        stage.Forge.Meanwhile = () => stage.Events.RemovedAsync("github", 42, Heard(2), default);

        var sentence = isPullRequest ? await stage.PullAsync() : await stage.PushAsync("main");

        sentence.ShouldContain("no longer lets us in");
        (await stage.StatesAsync()).ShouldBe("digits#1 Begin cancelled");
    }

    // What was heard later has an earlier time: somebody set the clock.
    private static Hearing Heard(int number) => new(new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero).AddHours(-number), number);
}
