using GradientCI.Experiments;
using GradientCI.Specs;
using GradientCI.Stores;
using GradientCI.Testing.Contracts;
using GradientCI.Webhook.Answers;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Tests.Answers;

public sealed class AnswerComposerTests : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private AnswerStage _stage = null!;

    public async Task InitializeAsync() => _stage = await AnswerStage.SetAsync(hasCheckRuns: true, new Uri("https://ci.example.org/gradientci/"));

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact(Timeout = Patience)]
    public async Task A_status_says_the_number_the_difference_and_the_checks_and_leads_to_the_report()
    {
        var baseline = await _stage.EndedRunAsync(0.926, sha: 'f');
        var run = await _stage.EndedRunAsync(0.934, baseline: baseline.Id);

        await _stage.SettleAsync();

        var status = _stage.Forge.StatusOf(run.Commit.Sha, "gradientci/digits")!;
        status.Description.ShouldBe("0.934, +0.8 pts vs digits#1, 1/1 check");
        status.TargetUrl.ShouldBe(_stage.Links!.Page(run.Id));
        status.TargetUrl!.ShouldStartWith("https://ci.example.org/gradientci/runs/digits-3fa2c1/digits/2?sig=");
    }

    [Theory(Timeout = Patience)]
    [InlineData(0.95, StatusState.Success, "0.95 ≥ 0.9")]
    [InlineData(0.5, StatusState.Failure, "0.5 < 0.9 (needs >= 0.9)")]
    public async Task A_required_check_has_a_status_of_its_own(double value, StatusState state, string description)
    {
        await _stage.EndedRunAsync(value);

        await _stage.SettleAsync();

        var status = _stage.Forge.StatusOf(AnswerStage.Sha('a'), "gradientci/digits/val_acc")!;
        (status.State, status.Description).ShouldBe((state, description));
    }

    [Fact(Timeout = Patience)]
    public async Task A_retry_is_pending_again_with_its_checks()
    {
        var run = await _stage.EndedRunAsync(0.5);
        await _stage.SettleAsync();

        await _stage.MoveAsync(run, RunState.Finished, RunState.Queued);
        await _stage.SettleAsync();

        _stage.Forge.StatusOf(run.Commit.Sha, "gradientci/digits")!.Description.ShouldBe("digits#1 is queued");
        _stage.Forge.StatusOf(run.Commit.Sha, "gradientci/digits/val_acc")!.State.ShouldBe(StatusState.Pending);
    }

    [Theory(Timeout = Patience)]
    [InlineData(RunState.Cancelled, "A newer commit was pushed.", "digits#1 cancelled: A newer commit was pushed.")]
    [InlineData(RunState.Errored, "git is gone", "digits#1 errored: git is gone")]
    public async Task A_run_without_a_verdict_is_an_error(RunState state, string problem, string description)
    {
        var run = await _stage.RunAsync();
        await _stage.Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], state, StoreSamples.Noon, problem), None);

        await _stage.SettleAsync();

        var status = _stage.Forge.StatusOf(run.Commit.Sha, "gradientci/digits")!;
        (status.State, status.Description).ShouldBe((StatusState.Error, description));
    }

    [Fact(Timeout = Patience)]
    public async Task The_newest_run_of_an_experiment_counts_and_runs_changed_by_hand_do_not()
    {
        await _stage.EndedRunAsync(0.5);
        await _stage.EndedRunAsync(0.95);
        await _stage.Store.CreateRunAsync(StoreSamples.Run() with { Overrides = ["lr=1"] }, null, None);

        await _stage.SettleAsync();

        _stage.Forge.StatusOf(AnswerStage.Sha('a'), "gradientci/digits")!.Description.ShouldStartWith("0.95");
    }

    [Fact(Timeout = Patience)]
    public async Task A_check_run_carries_the_report_and_is_changed_in_place()
    {
        var run = await _stage.EndedRunAsync(0.95);
        await _stage.SettleAsync();
        await _stage.MoveAsync(run, RunState.Finished, RunState.Running);
        await _stage.SettleAsync();
        await _stage.MoveAsync(run, RunState.Running, RunState.Finished, 0.95);
        await _stage.SettleAsync();

        var check = _stage.Forge.Checks.ShouldHaveSingleItem().Value;

        (check.Name, check.State, check.Title, check.ExternalId).ShouldBe(("gradientci/digits", StatusState.Success, "0.95, 1/1 check", "digits#1"));
        check.Summary.ShouldContain("## ✅ `digits#1` passed");
        check.Summary.ShouldContain("](https://ci.example.org/gradientci/runs/digits-3fa2c1/digits/1/charts/1.svg?sig=");
        check.Summary.ShouldNotContain("mermaid");
    }

    [Fact(Timeout = Patience)]
    public async Task A_remark_that_is_taken_back_is_followed_by_success_once_something_runs()
    {
        await _stage.RemarkAsync(RemarkKind.Failure, "No.");
        await _stage.SettleAsync();
        await _stage.RemarkAsync(null);
        await _stage.SettleAsync();
        State().ShouldBe(StatusState.Failure);

        await _stage.RunAsync();
        await _stage.SettleAsync();

        State().ShouldBe(StatusState.Success);

        StatusState State() => _stage.Forge.StatusOf(AnswerStage.Sha('a'), "gradientci")!.State;
    }

    [Fact(Timeout = Patience)]
    public async Task A_fork_that_waits_is_pending()
    {
        await _stage.RemarkAsync(RemarkKind.Waiting, "Waits for approval.");

        await _stage.SettleAsync();

        _stage.Forge.Statuses.ShouldHaveSingleItem().ShouldBe(new CommitStatus(AnswerStage.Sha('a'), "gradientci", StatusState.Pending, "Waits for approval.", null));
    }

    [Fact(Timeout = Patience)]
    public async Task Without_a_remark_there_is_no_status_of_that_kind()
    {
        await _stage.RunAsync();

        await _stage.SettleAsync();

        _stage.Forge.Statuses.ShouldAllBe(status => status.Context != "gradientci");
    }

    [Theory(Timeout = Patience)]
    [InlineData("👾")]
    [InlineData("漢")]
    [InlineData("a\n\u202E@everyone ")]
    public async Task A_description_has_at_most_140_characters_on_one_line(string text)
    {
        var run = await _stage.RunAsync();
        await _stage.Store.UpdateRunAsync(
            new RunUpdate(run.Id, [RunState.Queued], RunState.Errored, StoreSamples.Noon, string.Concat(Enumerable.Repeat(text, 300))), None);

        await _stage.SettleAsync();

        var description = _stage.Forge.Statuses.Single().Description;
        description.Length.ShouldBeInRange(100, 140);
        description.ShouldNotContain('\n');
        description.ShouldNotContain('\u202E');
        char.IsHighSurrogate(description[^2]).ShouldBeFalse();
    }

    [Fact(Timeout = Patience)]
    public async Task Long_and_hostile_metric_names_stay_contexts()
    {
        await _stage.EndedRunAsync(0.95, change: spec => spec with { Checks = [.. new[] { "a\nb c", new string('x', 400) }.Select(name => spec.Checks[0] with { Metric = name })] });

        await _stage.SettleAsync();

        var contexts = _stage.Forge.Statuses.Select(status => status.Context).ToList();
        contexts.Count.ShouldBe(3);
        contexts.ShouldContain("gradientci/digits/a b c");
        contexts.ShouldAllBe(context => context.Length <= 255);
    }

    [Fact(Timeout = Patience)]
    public async Task A_commit_that_changed_while_it_was_looked_at_is_looked_at_again()
    {
        var run = await _stage.RunAsync();
        var seen = (await _stage.Store.ListCommitsToAnswerAsync(10, None)).Single();
        var wanted = await _stage.Composer.ComposeAsync(seen, hasCheckRuns: false, None);
        await _stage.MoveAsync(run, RunState.Queued, RunState.Cancelled);

        (await _stage.Store.SetAnswersAsync(seen, wanted, StoreSamples.Noon, None)).ShouldBeFalse();
        await _stage.SettleAsync();

        _stage.Forge.Statuses.ShouldHaveSingleItem().State.ShouldBe(StatusState.Error);
    }

    [Fact(Timeout = Patience)]
    public async Task A_death_between_making_a_check_run_and_noting_it_makes_no_second_one()
    {
        var run = await _stage.EndedRunAsync(0.95);
        _stage.Forge.FailsAfter = call => call.Text.StartsWith("check ", StringComparison.Ordinal) ? new InvalidOperationException("We died.") : null;
        await Should.ThrowAsync<InvalidOperationException>(_stage.SettleAsync);
        _stage.Forge.FailsAfter = _ => null;
        _stage.RestartPump();

        await _stage.SettleAsync();

        _stage.Forge.Checks.ShouldHaveSingleItem().Value.ExternalId.ShouldBe(run.Id.ToString());
    }
}
