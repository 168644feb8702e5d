using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Testing.Contracts;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Tests.Triggers;

/// <summary>Pull requests of a branch of the same repository.</summary>
public sealed class PullRequestTests
{
    private const string Superseding = ForgeStage.Manifest + "    cancel-superseded: true\n";

    [Fact(Timeout = 60_000)]
    public async Task The_head_is_run_against_the_merge_base()
    {
        await using var stage = await ForgeStage.SetAsync();
        await stage.PushAsync("main");
        await stage.FinishAsync((await stage.RunsAsync())[0].Id);
        var head = await BranchAsync(stage, "Topic");

        await stage.PullAsync();
        await stage.PullAsync();

        (await stage.StatesAsync()).ShouldBe("digits#1 Begin finished, digits#2 Topic queued");
        var run = (await stage.RunsAsync())[1];
        run.Origin.ShouldBe($"pull 7 {head}");
        run.Commit.Ref.ShouldBe("refs/pull/7/head");
        run.Baseline!.Value.ToString().ShouldBe("digits#1");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_merge_base_is_run_too_where_the_baseline_asks_for_it()
    {
        await using var stage = await ForgeStage.SetAsync(ForgeStage.Manifest + "    baseline: run\n");
        await BranchAsync(stage, "Topic");

        await stage.PullAsync();
        await BranchAsync(stage, "Topic two");
        await stage.PullAsync(stage.PullRequest(minute: 1));

        (await stage.StatesAsync()).ShouldBe("digits#1 Begin queued, digits#2 Topic queued, digits#3 Topic two queued");
        (await stage.RunsAsync()).Select(run => run.Baseline?.ToString()).ShouldBe([null, "digits#1", "digits#1"]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_branch_that_is_told_of_as_a_push_and_as_a_pull_request_is_run_once(bool pushFirst)
    {
        await using var stage = await ForgeStage.SetAsync();
        await BranchAsync(stage, "Topic");
        Func<Task<string>>[] ways = [() => stage.PullAsync(), () => stage.PushAsync("topic")];

        foreach (var way in pushFirst ? ways.Reverse() : ways)
        {
            await way();
        }

        (await stage.StatesAsync()).ShouldBe("digits#1 Topic queued");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reopened_pull_request_kept_the_run_that_its_closing_had_cancelled()
    {
        await using var stage = await ForgeStage.SetAsync();
        await BranchAsync(stage, "Topic");
        await stage.PullAsync();

        await stage.PullAsync(stage.PullRequest(minute: 1) with { IsOpen = false });
        await stage.PullAsync(stage.PullRequest(minute: 2));
        await stage.PullAsync(stage.PullRequest(minute: 3));

        (await stage.StatesAsync()).ShouldBe("digits#1 Topic cancelled, digits#2 Topic queued");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_head_that_was_pushed_back_to_an_earlier_commit_kept_the_cancelled_run()
    {
        await using var stage = await ForgeStage.SetAsync(Superseding);
        var first = await BranchAsync(stage, "Topic");
        await stage.PullAsync();
        stage.Server.Commit("Mistake");
        await stage.PullAsync(stage.PullRequest(minute: 1));
        stage.Server.Work.Git("reset", "--quiet", "--hard", first);

        await stage.PullAsync(stage.PullRequest(minute: 2));

        (await stage.StatesAsync()).ShouldBe("digits#1 Topic cancelled, digits#2 Mistake cancelled, digits#3 Topic queued");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_person_cancelled_stays_cancelled_whatever_is_told_of_its_pull_request()
    {
        await using var stage = await ForgeStage.SetAsync();
        await BranchAsync(stage, "Topic");
        await stage.PullAsync();
        await stage.Store.UpdateRunAsync(
            new RunUpdate((await stage.RunsAsync())[0].Id, [RunState.Queued], RunState.Cancelled, DateTimeOffset.UnixEpoch, "Cancelled by ada."), default);

        await stage.PullAsync(stage.PullRequest(minute: 1));

        (await stage.StatesAsync()).ShouldBe("digits#1 Topic cancelled");
    }

    [Fact(Timeout = 60_000)]
    public async Task Branches_paths_drafts_and_skip_markers_keep_it_from_running()
    {
        await using var stage = await ForgeStage.SetAsync(
            ForgeStage.Manifest + "    on: { pull_request: { branches: [main], paths: [\"src/**\"] } }\n");
        await BranchAsync(stage, "Docs");

        (await stage.PullAsync()).ShouldContain("nothing that it changes is among on.pull_request.paths");
        stage.Server.Commit("Code", "src/train.py");
        (await stage.PullAsync(stage.PullRequest(minute: 1) with { BaseRef = "next" })).ShouldContain("does not ask for pull requests into next");
        (await stage.PullAsync(stage.PullRequest(minute: 2) with { IsDraft = true })).ShouldContain("is a draft");
        (await stage.RunsAsync()).ShouldBeEmpty();
        (await stage.PullAsync(stage.PullRequest(minute: 3))).ShouldContain("digits#1 queued for refs/pull/7/head");
        stage.Server.Commit("Typo [skip ci]");
        (await stage.PullAsync(stage.PullRequest(minute: 4))).ShouldContain("its message says [skip ci]");

        (await stage.StatesAsync()).ShouldBe("digits#1 Code queued");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_new_head_supersedes_the_earlier_ones_and_an_old_event_changes_nothing()
    {
        await using var stage = await ForgeStage.SetAsync(Superseding);
        await BranchAsync(stage, "First");
        var old = stage.PullRequest();
        await stage.PullAsync();
        stage.Server.Commit("Second");

        await stage.PullAsync(stage.PullRequest(minute: 1));
        await stage.Events.PullRequestAsync(stage.Repository, old, stage.Heard, default);

        (await stage.StatesAsync()).ShouldBe("digits#1 First cancelled, digits#2 Second queued");
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_head_supersedes_the_earlier_one_though_one_ran_for_a_push_and_the_other_did_not(bool pushFirst)
    {
        await using var stage = await ForgeStage.SetAsync(Superseding);
        var first = await BranchAsync(stage, "First");
        await TellBothAsync(ForgeStage.Zeros, minute: 0, pushFirst);
        await BranchAsync(stage, "Second");

        await TellBothAsync(first, minute: 1, !pushFirst);

        (await stage.StatesAsync()).ShouldBe("digits#1 First cancelled, digits#2 Second queued");

        async Task TellBothAsync(string old, int minute, bool pushFirst)
        {
            Func<Task<string>>[] ways = [() => stage.PullAsync(stage.PullRequest(minute: minute)), () => stage.PushAsync("topic", old)];
            foreach (var way in pushFirst ? ways.Reverse() : ways)
            {
                await way();
            }
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Closing_ends_its_runs_and_no_others_and_a_late_event_does_not_open_it_again()
    {
        await using var stage = await ForgeStage.SetAsync();
        await stage.PushAsync("main");
        await BranchAsync(stage, "Topic");
        var opened = stage.PullRequest();
        await stage.PullAsync();

        await stage.PullAsync(stage.PullRequest(minute: 1) with { IsOpen = false });
        await stage.Events.PullRequestAsync(stage.Repository, opened, stage.Heard, default);

        (await stage.StatesAsync()).ShouldBe("digits#1 Begin queued, digits#2 Topic cancelled");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_head_of_a_closed_pull_request_stayed_in_the_mirror()
    {
        await using var stage = await ForgeStage.SetAsync();
        var head = await BranchAsync(stage, "Topic");
        await stage.PullAsync();

        await stage.PullAsync(stage.PullRequest(minute: 1) with { IsOpen = false });
        var closed = Refs();
        await stage.PullAsync(stage.PullRequest(minute: 2));

        closed.ShouldNotContain("refs/gradientci/pull/7");
        closed.ShouldContain($"refs/gradientci/keep/{head}");
        Refs().ShouldContain("refs/gradientci/pull/7");
        (await stage.StatesAsync()).ShouldBe("digits#1 Topic cancelled, digits#2 Topic queued");

        string Refs() => stage.Server.Work.Git("--git-dir", Directory.GetDirectories(System.IO.Path.Combine(stage.Data.Root, "repos")).Single(), "for-each-ref");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pull_request_whose_head_the_forges_git_did_not_have_yet_started_nothing()
    {
        await using var stage = await ForgeStage.SetAsync();
        stage.Heard = new Hearing(TimeProvider.System.GetUtcNow(), 1);
        var old = stage.Server.Head();
        await BranchAsync(stage, "Topic");
        stage.Server.Push($"{old}:refs/pull/7/head");

        var problem = await Should.ThrowAsync<GradientException>(
            () => stage.Events.PullRequestAsync(stage.Repository, stage.PullRequest(), stage.Heard, default));
        var sentence = await stage.Events.PullRequestAsync(stage.Repository, stage.PullRequest(), new Hearing(stage.Heard.At.AddMinutes(-5), 1), default);
        await stage.PullAsync();

        problem.Message.ShouldContain("of pull request 7 yet");
        sentence.ShouldContain("is gone at the forge");
        (await stage.StatesAsync()).ShouldBe("digits#1 Topic queued");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_manifest_with_errors_is_said_at_the_head()
    {
        await using var stage = await ForgeStage.SetAsync();
        stage.Server.Work.Git("checkout", "--quiet", "-b", "topic");
        var head = stage.Server.Commit("Break", ".gradient.yml", "version: 1\n");

        await stage.PullAsync();

        (await stage.RemarksAsync(head)).ShouldHaveSingleItem().Kind.ShouldBe(RemarkKind.Failure);
        (await stage.RunsAsync()).ShouldBeEmpty();
    }

    private static Task<string> BranchAsync(ForgeStage stage, string message)
    {
        stage.Server.Work.Git("checkout", "--quiet", "-B", "topic");
        return Task.FromResult(stage.Server.Commit(message));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_that_had_passed_is_judged_again_when_its_commit_becomes_a_pull_requests()
    {
        await using var stage = await ForgeStage.SetAsync(ForgeStage.Manifest + "    checks: { acc: { target: \">= 0.9\", only: pull_request } }\n");
        stage.Server.Work.Git("checkout", "--quiet", "-b", "topic");
        stage.Server.Commit("Topic");
        await stage.PushAsync("topic");
        var run = (await stage.RunsAsync()).ShouldHaveSingleItem();
        await stage.Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Finished, StoreSamples.Noon) { Passed = true }, default);

        await stage.PullAsync();

        var judged = (await stage.RunsAsync()).ShouldHaveSingleItem();
        (judged.State, judged.Passed, judged.EndedAt).ShouldBe((RunState.Finished, (bool?)false, (DateTimeOffset?)StoreSamples.Noon));
    }
}
