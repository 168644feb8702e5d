using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Stores;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Tests.Triggers;

/// <summary>Pull requests of strangers: nothing runs unasked, and what they may not say does not count.</summary>
public sealed class ForkTests
{
    private const string Guarded =
        ForgeStage.Manifest + "    resources: { cpus: 1 }\n    timeout: 10m\n    on: { pull_request: { branches: [main] } }\n";

    private const string Greedy =
        "version: 1\nexperiments:\n  digits:\n    command: \"evil\"\n    resources: { cpus: 64, gpus: 8 }\n    timeout: 100h\n"
        + "    inputs: [\"file\"]\n    on: { pull_request: { branches: [other] } }\n  mine:\n    command: \"mine\"\n";

    [Fact(Timeout = 60_000)]
    public async Task Nothing_runs_before_approval_and_the_commit_says_what_it_waits_for()
    {
        await using var stage = await ForgeStage.SetAsync(Guarded);
        var head = await StrangerAsync(stage);

        var sentence = await stage.PullAsync(stage.PullRequest(isFork: true));

        (await stage.RunsAsync()).ShouldBeEmpty();
        sentence.ShouldBe($"Waits for approval: gradientci approve ada/digits#7 (head {head[..7]})");
        var remark = (await stage.RemarksAsync(head)).ShouldHaveSingleItem();
        (remark.Source, remark.Kind, remark.Sentence).ShouldBe(("approval", RemarkKind.Waiting, sentence));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_approved_commit_runs_with_what_the_base_branch_says_of_trust()
    {
        await using var stage = await ForgeStage.SetAsync(Guarded);
        var head = await StrangerAsync(stage);
        await stage.PullAsync(stage.PullRequest(isFork: true));

        await stage.ApproveAsync(head);
        await stage.PullAsync(stage.PullRequest(isFork: true));

        var run = (await stage.RunsAsync()).ShouldHaveSingleItem();
        run.Id.Experiment.ShouldBe("digits");
        run.Spec.Command.Words.ShouldBe(["evil"]);
        (run.Spec.Resources.Cpus, run.Spec.Resources.Gpus, run.Spec.Timeout).ShouldBe((1, 0, TimeSpan.FromMinutes(10)));
        run.Spec.Inputs.ShouldBeEmpty();
        (await stage.RemarksAsync(head)).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_strangers_pull_request_filled_the_mirror()
    {
        await using var stage = await ForgeStage.SetAsync(Guarded);
        await stage.PushAsync("main");
        await StrangerAsync(stage);
        await stage.PullAsync(stage.PullRequest(isFork: true));
        stage.ForkLimits = new ForkLimits(512 << 10, 1 << 20);
        var large = stage.Server.Commit("Large", "data", Noise(600 << 10));

        var sentence = await stage.PullAsync(stage.PullRequest(isFork: true, minute: 1));
        var remark = (await stage.RemarksAsync(large)).ShouldHaveSingleItem();
        stage.ForkLimits = ForkLimits.Default;
        await stage.PullAsync(stage.PullRequest(isFork: true, minute: 2));

        sentence.ShouldBe("This pull request of a fork brings more than 0 MiB, so it is not fetched and starts nothing.");
        (remark.Kind, remark.Sentence).ShouldBe((RemarkKind.Failure, sentence));
        (await stage.RemarksAsync(large)).ShouldHaveSingleItem().Source.ShouldBe("approval");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_forced_push_needs_another_approval()
    {
        await using var stage = await ForgeStage.SetAsync(Guarded);
        var first = await StrangerAsync(stage);
        await stage.PullAsync(stage.PullRequest(isFork: true));
        await stage.ApproveAsync(first);
        stage.Server.Work.Git("commit", "--quiet", "--amend", "--allow-empty", "-m", "Worse");
        var second = stage.Server.Head();

        await stage.PullAsync(stage.PullRequest(isFork: true, minute: 1));
        await stage.ApproveAsync(first);

        (await stage.StatesAsync()).ShouldBe("digits#1 Stranger queued");
        (await stage.RemarksAsync(second)).ShouldHaveSingleItem().Source.ShouldBe("approval");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_commit_that_waited_waits_no_more_when_there_is_a_newer_one_or_it_is_closed()
    {
        await using var stage = await ForgeStage.SetAsync(Guarded);
        var first = await StrangerAsync(stage);
        await stage.PullAsync(stage.PullRequest(isFork: true));
        var second = stage.Server.Commit("More");
        await stage.PullAsync(stage.PullRequest(isFork: true, minute: 1));
        (await stage.RemarksAsync(first)).ShouldBeEmpty();

        await stage.PullAsync(stage.PullRequest(isFork: true, minute: 2) with { IsOpen = false });

        (await stage.RemarksAsync(second)).ShouldBeEmpty();
        (await stage.RunsAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Forks_that_never_run_do_not_even_wait()
    {
        await using var stage = await ForgeStage.SetAsync(ForgeStage.Manifest + "    on: { pull_request: { forks: never } }\n");
        var head = await StrangerAsync(stage);

        var sentence = await stage.PullAsync(stage.PullRequest(isFork: true));
        await stage.ApproveAsync(head);

        sentence.ShouldContain("its on.pull_request says forks: never");
        (await stage.RemarksAsync(head)).ShouldBeEmpty();
        (await stage.RunsAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_head_whose_repository_is_gone_counts_as_a_fork()
    {
        await using var stage = await ForgeStage.SetAsync(Guarded);
        var head = await StrangerAsync(stage);

        await stage.PullAsync(stage.PullRequest() with { HeadRepository = "" });

        (await stage.RunsAsync()).ShouldBeEmpty();
        (await stage.RemarksAsync(head)).ShouldHaveSingleItem().Detail.ShouldContain("a repository that is gone");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_base_branch_without_a_manifest_lets_no_fork_run()
    {
        await using var stage = await ForgeStage.SetAsync();
        stage.Server.Work.Delete(".gradient.yml");
        stage.Server.Work.Commit("Remove");
        stage.Server.Push("main");
        var head = await StrangerAsync(stage);

        var sentence = await stage.PullAsync(stage.PullRequest(isFork: true));
        await stage.ApproveAsync(head);

        sentence.ShouldContain("has no manifest that says what may run");
        (await stage.RunsAsync()).ShouldBeEmpty();
    }

    // Pushed to the pull request's place alone: no branch of the repository has it.
    private static string Noise(int bytes)
    {
        var noise = new byte[bytes];
        new Random(7).NextBytes(noise);
        return Convert.ToBase64String(noise);
    }

    private static Task<string> StrangerAsync(ForgeStage stage)
    {
        stage.Server.Work.Git("checkout", "--quiet", "-b", "stranger");
        return Task.FromResult(stage.Server.Commit("Stranger", ".gradient.yml", Greedy));
    }
}
