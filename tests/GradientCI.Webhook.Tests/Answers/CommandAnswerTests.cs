using GradientCI.Experiments;
using GradientCI.Specs;
using GradientCI.Stores;
using GradientCI.Testing.Contracts;
using GradientCI.Testing.Forges;
using GradientCI.Webhook.Answers;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Tests.Answers;

/// <summary>What a pull request's one comment tells of commands, and what is shown at theirs.</summary>
public sealed class CommandAnswerTests : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private AnswerStage _stage = null!;

    private string Ours => _stage.Forge.Comments.Single(comment => comment.Author == FakeForge.Us).Body;

    public async Task InitializeAsync()
    {
        _stage = await AnswerStage.SetAsync();
        _stage.AddPull(7, 'a');
    }

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact(Timeout = Patience)]
    public async Task A_run_with_parameters_of_somebodys_choice_is_told_of_there_and_nowhere_else()
    {
        var made = StoreSamples.Run();
        var run = await _stage.Store.CreateRunAsync(made with { Spec = AnswerStage.Checked(made.Spec), Overrides = ["lr=0.5"] }, null, None);
        await AskAsync("/gradient run digits lr=0.5", "digits#1 is recorded.", runs: new CommandedRun(run.Id));
        await _stage.SettleAsync();
        var before = Ours;

        await _stage.TrialAsync(run, 1, 0.95);
        await _stage.MoveAsync(run, RunState.Queued, RunState.Finished, 0.95);
        await _stage.SettleAsync();

        before.ShouldContain("- 🚀 `/gradient run digits lr=0.5` by `ada`: `digits#1` is recorded.\n  - ⏳ `digits#1` ");
        Ours.ShouldContain("  - ✅ `digits#1` passed: val\\_acc 0.95");
        _stage.Forge.Statuses.ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task Who_asks_is_answered_though_the_manifest_wants_no_comment()
    {
        await _stage.EndedRunAsync(0.95, change: spec => spec with { Report = spec.Report with { Comment = CommentMode.Never } });
        await _stage.SettleAsync();
        _stage.Forge.Comments.ShouldBeEmpty();

        await AskAsync("/gradient rnu", "There is no such command; did you mean /gradient run?", CommandOutcome.Mistaken);
        await _stage.SettleAsync();

        Ours.ShouldContain("- 😕 `/gradient rnu` by `ada`: There is no such command; did you mean /gradient run?");
    }

    [Fact(Timeout = Patience)]
    public async Task A_comparison_stands_there_once_its_run_has_ended()
    {
        var other = await _stage.EndedRunAsync(0.926, sha: 'f');
        var run = await _stage.RunAsync(change: AnswerStage.Checked);
        await AskAsync("/gradient compare main", "Compared with main.", runs: new CommandedRun(run.Id, other.Id));
        await _stage.SettleAsync();
        Ours.ShouldContain("  - `digits#2` against `digits#1`: the comparison follows when `digits#2` has ended");

        await _stage.TrialAsync(run, 1, 0.934);
        await _stage.MoveAsync(run, RunState.Queued, RunState.Finished, 0.934);
        await _stage.SettleAsync();

        Ours.ShouldContain("    - `val_acc` 0.934, was 0.926: \\+0.8 points, n \\= 1 ▲");
    }

    [Fact(Timeout = Patience)]
    public async Task A_reaction_is_posted_once_and_given_up_when_the_comment_is_gone()
    {
        _stage.Forge.AddComment("ada", 7, "/gradient help");
        var there = _stage.Forge.Comments.Single().Id;
        await AskAsync("/gradient help", "So.", comment: there);
        await AskAsync("/gradient help", "So.", comment: there + 50);

        await _stage.SettleAsync();
        await _stage.TouchAsync();
        await _stage.SettleAsync();

        _stage.Forge.Reactions.ShouldBe([(there, Reaction.Done)]);
        _stage.Forge.Calls.Count(call => call.Text.StartsWith("react", StringComparison.Ordinal)).ShouldBe(2);
        (await _stage.Store.ListDeadAnswersAsync(10, None)).ShouldHaveSingleItem().Lane.ShouldBe($"reaction {there + 50}");
    }

    [Fact(Timeout = Patience)]
    public async Task Commands_of_an_earlier_head_are_told_of_no_more()
    {
        await AskAsync("/gradient help", "So.");
        await _stage.SettleAsync();

        _stage.Forges.Pulls.Clear();
        _stage.AddPull(7, 'b', 'a');
        await _stage.RunAsync(sha: 'b');
        await _stage.SettleAsync();

        Ours.ShouldNotContain("Commands");
    }

    private Task<bool> AskAsync(string text, string sentence, CommandOutcome outcome = CommandOutcome.Done, long comment = 100, params CommandedRun[] runs) =>
        _stage.Store.RecordCommandAsync(
            new CommentCommand
            {
                Project = StoreSamples.Project().Id, PullRequest = 7, Comment = comment, Ordinal = 1, Head = AnswerStage.Sha('a'), Text = text, By = "ada",
                Outcome = outcome, Sentence = sentence, Runs = [.. runs], RecordedAt = StoreSamples.Noon,
            },
            comment == 100 ? null : new ReactionContent(Reaction.Done).In(AnswerLane.Reaction(comment)),
            None);
}
