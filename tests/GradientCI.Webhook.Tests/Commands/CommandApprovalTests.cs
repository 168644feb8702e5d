using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Webhook.Tests.Commands;

/// <summary>Approval in a comment: for exactly the commit that was there to be read.</summary>
public sealed class CommandApprovalTests
{
    private const int Patience = 120_000;

    [Fact(Timeout = Patience)]
    public async Task A_forks_head_runs_when_it_is_approved_and_not_before()
    {
        await using var stage = await CommandStage.SetAsync(isFork: true);
        await stage.PullAsync(minute: 1, isFork: true);

        await stage.SayAsync("/gradient run digits");
        var before = await stage.Forge.StatesAsync();
        await stage.SayAsync("/gradient approve");

        before.ShouldBe("");
        (await stage.Forge.StatesAsync()).ShouldBe("digits#1 Topic queued");
        var told = await stage.ToldAsync();
        told[0].Sentence.ShouldEndWith("comes from a fork and waits for approval: /gradient approve");
        told[1].Sentence.ShouldStartWith($"{(await stage.KnownAsync()).Head.Short} may run; a new commit needs a new approval.");
        (await stage.Forge.Forges.FindApprovalAsync(await stage.ProjectAsync(), 7, (await stage.KnownAsync()).Head, default))!.By.ShouldBe("ada");
    }

    [Fact(Timeout = Patience)]
    public async Task A_head_that_came_after_the_comment_was_written_is_not_approved_by_it()
    {
        await using var stage = await CommandStage.SetAsync(isFork: true);
        stage.Forge.Server.Commit("Evil");
        await stage.PullAsync(minute: 11, isFork: true);

        await stage.SayAsync("/gradient approve", minute: 10);
        await stage.SayAsync("/gradient approve", minute: 11);

        (await stage.Forge.RunsAsync()).ShouldBeEmpty();
        (await stage.ToldAsync()).ShouldAllBe(each => each.Outcome == CommandOutcome.Mistaken && each.Sentence.Contains("Read what it changes now"));
        await stage.SayAsync("/gradient approve", minute: 12);
        (await stage.Forge.StatesAsync()).ShouldBe("digits#1 Evil queued");
    }

    [Fact(Timeout = Patience)]
    public async Task A_head_that_only_the_forge_knows_of_is_not_approved_but_waits()
    {
        await using var stage = await CommandStage.SetAsync(isFork: true);
        await stage.PullAsync(minute: 1, isFork: true);
        var evil = new CommitSha(stage.Forge.Server.Commit("Evil"));
        stage.Forge.Server.Push("HEAD:refs/pull/7/head");
        stage.GitHub.PullRequests[7] = stage.GitHub.PullRequests[7] with { Head = evil, UpdatedAt = stage.GitHub.PullRequests[7].UpdatedAt.AddMinutes(20) };

        await stage.SayAsync("/gradient approve", minute: 10);

        (await stage.Forge.RunsAsync()).ShouldBeEmpty();
        (await stage.KnownAsync()).Head.ShouldBe(evil);
        (await stage.Forge.RemarksAsync(evil.Value)).ShouldHaveSingleItem().Source.ShouldBe("approval");
        (await stage.ToldAsync()).ShouldHaveSingleItem().Outcome.ShouldBe(CommandOutcome.Mistaken);
    }

    [Fact(Timeout = Patience)]
    public async Task A_stranger_approves_nothing()
    {
        await using var stage = await CommandStage.SetAsync(isFork: true);
        await stage.PullAsync(minute: 1, isFork: true);

        await stage.SayAsync("/gradient approve\n/gradient run digits", author: "eve");

        (await stage.Forge.RunsAsync()).ShouldBeEmpty();
        (await stage.ReactionsAsync()).ShouldBe(["101 Refused"]);
    }

    [Fact(Timeout = Patience)]
    public async Task What_a_fork_runs_by_command_is_held_to_the_base_branchs_trust()
    {
        await using var stage = await CommandStage.SetAsync(isFork: true, manifest: CommandStage.Manifest.Replace("parameters:", "timeout: 10m\n    parameters:", StringComparison.Ordinal));
        stage.Forge.Server.Commit("Greedy", ".gradient.yml", CommandStage.Manifest.Replace("parameters:", "timeout: 100h\n    parameters:", StringComparison.Ordinal));
        await stage.PullAsync(minute: 1, isFork: true, isDraft: true);

        await stage.SayAsync("/gradient approve\n/gradient run digits lr=7");

        var run = (await stage.Forge.RunsAsync()).ShouldHaveSingleItem();
        (run.Spec.Timeout, run.Overrides.Single()).ShouldBe((TimeSpan.FromMinutes(10), "lr=7"));
    }
}
