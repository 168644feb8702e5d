using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Webhook.Tests.Triggers;

namespace GradientCI.Webhook.Tests.Commands;

/// <summary>What each command does, and what it says when it cannot.</summary>
public sealed class CommandEffectTests
{
    private const int Patience = 120_000;

    [Fact(Timeout = Patience)]
    public async Task A_run_without_a_name_is_of_what_the_pull_request_asks_for_though_it_is_a_draft()
    {
        await using var stage = await CommandStage.SetAsync();

        await stage.SayAsync("/gradient run");

        (await stage.Forge.StatesAsync()).ShouldBe("digits#1 Topic queued");
    }

    [Fact(Timeout = Patience)]
    public async Task An_experiment_that_pull_requests_do_not_ask_for_runs_by_name()
    {
        await using var stage = await CommandStage.SetAsync();

        await stage.SayAsync("/gradient run words");

        (await stage.Forge.StatesAsync()).ShouldBe("words#1 Topic queued");
    }

    [Theory(Timeout = Patience)]
    [InlineData("/gradient run digts", "There is no experiment 'digts'; did you mean digits? There are: digits, words.")]
    [InlineData("/gradient run digits rl=1", "The experiment digits has no parameter 'rl'; did you mean lr? There are: lr, width, deep.")]
    [InlineData("/gradient run digits width=wide", "width=wide does not fit: width is a number. Write a number after width=.")]
    [InlineData("/gradient run digits deep=maybe", "deep=maybe does not fit: deep is true or false. Write true or false after deep=.")]
    [InlineData("/gradient retry", "Nothing has run at ")]
    [InlineData("/gradient approve", "This pull request is not from a fork, so it needs no approval.")]
    [InlineData("/gradient compare main", "Nothing has run at the head ")]
    public async Task A_mistake_is_answered_with_what_was_meant(string command, string sentence)
    {
        await using var stage = await CommandStage.SetAsync();

        await stage.SayAsync(command);

        var told = (await stage.ToldAsync()).ShouldHaveSingleItem();
        told.Outcome.ShouldBe(CommandOutcome.Mistaken);
        told.Sentence.ShouldStartWith(sentence);
        (await stage.Forge.RunsAsync()).ShouldBeEmpty();
        (await stage.ReactionsAsync()).ShouldBe(["101 Confused"]);
    }

    [Fact(Timeout = Patience)]
    public async Task The_same_again_is_not_run_twice_while_it_is_under_way_and_is_afterwards()
    {
        await using var stage = await CommandStage.SetAsync();
        await stage.SayAsync("/gradient run digits lr=1");

        await stage.SayAsync("/gradient run digits lr=1");
        await stage.SayAsync("/gradient run digits lr=2");
        await stage.EndAsync((await stage.Forge.RunsAsync())[0].Id, TrialState.Succeeded);
        await stage.SayAsync("/gradient run digits lr=1");

        (await stage.Forge.StatesAsync()).ShouldBe("digits#1 Topic finished, digits#2 Topic queued, digits#3 Topic queued");
    }

    [Fact(Timeout = Patience)]
    public async Task A_head_that_we_had_not_heard_of_is_fetched_and_run()
    {
        await using var stage = await CommandStage.SetAsync();
        var newer = stage.Forge.Server.Commit("Newer");
        stage.Forge.Server.Push("HEAD:refs/pull/7/head");
        stage.GitHub.PullRequests[7] = stage.GitHub.PullRequests[7] with { Head = new CommitSha(newer), UpdatedAt = stage.GitHub.PullRequests[7].UpdatedAt.AddMinutes(11) };

        await stage.SayAsync("/gradient run digits");

        (await stage.Forge.StatesAsync()).ShouldBe("digits#1 Newer queued");
    }

    [Fact(Timeout = Patience)]
    public async Task A_mirror_that_is_gone_is_fetched_again()
    {
        await using var stage = await CommandStage.SetAsync();
        Directory.Delete(stage.Forge.Data.Mirror(await stage.ProjectAsync()), recursive: true);

        await stage.SayAsync("/gradient run digits");

        (await stage.Forge.StatesAsync()).ShouldBe("digits#1 Topic queued");
    }

    [Fact(Timeout = Patience)]
    public async Task What_failed_at_the_head_is_tried_again_and_what_succeeded_is_not()
    {
        await using var stage = await CommandStage.SetAsync();
        await stage.SayAsync("/gradient run digits\n/gradient run words");
        var runs = await stage.Forge.RunsAsync();
        await stage.EndAsync(runs[0].Id, TrialState.Failed);
        await stage.EndAsync(runs[1].Id, TrialState.Succeeded);

        await stage.SayAsync("/gradient retry");

        (await stage.ToldAsync())[^1].Sentence.ShouldBe("digits#1 is taken up again.");
        (await stage.Forge.StatesAsync()).ShouldBe("digits#1 Topic queued, words#1 Topic finished");
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_under_way_is_cancelled_with_who_asked_for_it_and_no_other_pull_requests()
    {
        await using var stage = await CommandStage.SetAsync();
        await stage.SayAsync("/gradient run digits\n/gradient run digits lr=3");
        await stage.Forge.PushAsync("main");

        await stage.SayAsync("/gradient cancel");

        (await stage.ToldAsync())[^1].Sentence.ShouldBe("2 runs are cancelled.");
        var runs = await stage.Forge.RunsAsync();
        runs.Where(run => run.State == RunState.Cancelled).ShouldAllBe(run => run.Problem == "ada asked for it in a comment of ada/digits#7.");
        runs.Where(run => run.State == RunState.Queued).ShouldAllBe(run => run.Origin.StartsWith("push refs/heads/main", StringComparison.Ordinal));
    }

    [Fact(Timeout = Patience)]
    public async Task Closing_the_pull_request_ends_what_comments_asked_for_and_nothing_starts_there()
    {
        await using var stage = await CommandStage.SetAsync();
        await stage.SayAsync("/gradient run digits lr=3");

        await stage.PullAsync(minute: 5, isOpen: false);
        await stage.SayAsync("/gradient run digits");

        (await stage.Forge.StatesAsync()).ShouldBe("digits#1 Topic cancelled");
        (await stage.ToldAsync())[^1].Sentence.ShouldBe("The pull request is closed, so nothing starts here.");
    }

    [Fact(Timeout = Patience)]
    public async Task A_head_is_compared_with_the_nearest_run_of_a_branch_or_with_a_run()
    {
        await using var stage = await CommandStage.SetAsync();
        await stage.Forge.TellPushAsync("refs/heads/main", ForgeStage.Zeros, stage.Forge.Server.Work.Git("rev-parse", "main").Trim());
        foreach (var run in await stage.Forge.RunsAsync())
        {
            await stage.EndAsync(run.Id, TrialState.Succeeded);
        }

        await stage.SayAsync("/gradient run digits");
        await stage.SayAsync("/gradient compare main\n/gradient compare digits#1\n/gradient compare mian\n/gradient compare --output=/tmp/x");

        var (ours, theirs) = ((await stage.Forge.RunsAsync()).Single(run => run.Commit.Subject == "Topic").Id, new RunId(await stage.ProjectAsync(), "digits", 1));
        var told = (await stage.ToldAsync())[1..];
        told[0].Runs.ShouldBe([new CommandedRun(ours, theirs)]);
        told[1].Runs.ShouldBe([new CommandedRun(ours, theirs)]);
        told[2].Sentence.ShouldBe("There is no branch, tag, commit or run 'mian'; did you mean main?");
        told[3].Sentence.ShouldBe("There is no branch, tag, commit or run '--output=/tmp/x' that we heard of.");
    }

    [Fact(Timeout = Patience)]
    public async Task Help_tells_of_every_command()
    {
        await using var stage = await CommandStage.SetAsync();

        await stage.SayAsync("/gradient help");

        var lines = (await stage.ToldAsync()).ShouldHaveSingleItem().Sentence.Split('\n');
        lines.Length.ShouldBe(7);
        lines[2].ShouldBe("/gradient retry\ttries again what failed, timed out, was lost or cancelled at the head");
    }
}
