using GradientCI.Experiments;
using GradientCI.Specs;
using GradientCI.Stores;
using GradientCI.Testing.Forges;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Tests.Answers;

public sealed class PullRequestCommentTests : IAsyncLifetime
{
    private const int Patience = 60_000;
    private const string Marker = "<!-- gradientci 7 digits-3fa2c1 -->";
    private static readonly CancellationToken None = CancellationToken.None;
    private AnswerStage _stage = null!;

    private FakeForge Forge => _stage.Forge;

    private IEnumerable<ForgeComment> Ours => Forge.Comments.Where(comment => comment.Author == FakeForge.Us);

    public async Task InitializeAsync()
    {
        _stage = await AnswerStage.SetAsync();
        _stage.AddPull(7, 'a', 'c', 'b');
    }

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact(Timeout = Patience)]
    public async Task One_comment_is_made_and_then_edited()
    {
        var run = await _stage.RunAsync(change: AnswerStage.Checked);
        await _stage.SettleAsync();
        await _stage.TrialAsync(run, 1, 0.95);
        await _stage.MoveAsync(run, RunState.Queued, RunState.Finished, 0.95);
        await _stage.SettleAsync();

        Forge.Calls.Where(call => call.Text.Contains("comment") || call.Text.Contains("find")).Select(call => call.Text).ShouldBe(["find 7", "comment 7 new", "comment 7 edit"]);
        Ours.ShouldHaveSingleItem().Body.ShouldStartWith(Marker + "\n### GradientCI at `aaaaaaaaaa`\n");
    }

    [Fact(Timeout = Patience)]
    public async Task Among_120_foreign_comments_and_a_forged_marker_ours_is_found_after_a_death_between_making_and_noting_it()
    {
        for (var at = 0; at < 120; at++)
        {
            Forge.AddComment("mallory", 7, at == 60 ? Marker + " forged" : $"Comment {at}");
        }

        await _stage.EndedRunAsync(0.95);
        Forge.FailsAfter = call => call.Text == "comment 7 new" ? new InvalidOperationException("We died.") : null;
        await Should.ThrowAsync<InvalidOperationException>(_stage.SettleAsync);
        Forge.FailsAfter = _ => null;
        _stage.RestartPump();

        await _stage.SettleAsync();

        Ours.ShouldHaveSingleItem().Body.ShouldContain("digits#1");
        Forge.Comments.Length.ShouldBe(121);
        Forge.Comments.Where(comment => comment.Author == "mallory").ShouldAllBe(comment => !comment.Body.Contains("digits#1"));
    }

    [Fact(Timeout = Patience)]
    public async Task A_comment_whose_answer_got_lost_is_not_made_twice()
    {
        await _stage.EndedRunAsync(0.95);
        Forge.FailsAfter = call => call.Text == "comment 7 new" ? new ForgeException(ForgeProblem.Unavailable, "Connection reset.") : null;
        await _stage.SettleAsync();
        Forge.FailsAfter = _ => null;
        _stage.Time.Advance(TimeSpan.FromMinutes(1));

        await _stage.SettleAsync();

        Ours.ShouldHaveSingleItem();
    }

    [Fact(Timeout = Patience)]
    public async Task A_comment_that_somebody_deleted_is_made_anew_once()
    {
        var run = await _stage.EndedRunAsync(0.95);
        await _stage.SettleAsync();
        Forge.DeleteComment(Ours.Single().Id);
        await _stage.MoveAsync(run, RunState.Finished, RunState.Queued);

        await _stage.SettleAsync();

        Ours.ShouldHaveSingleItem().Body.ShouldContain("queued");
    }

    [Fact(Timeout = Patience)]
    public async Task A_pull_request_that_is_gone_is_given_up_at_once()
    {
        Forge.Refuses = call => call.Text.StartsWith("comment", StringComparison.Ordinal) ? new ForgeException(ForgeProblem.NotFound, "Not found.") : null;
        await _stage.EndedRunAsync(0.95);

        await _stage.SettleAsync();

        Forge.Calls.Count(call => call.Text.StartsWith("comment", StringComparison.Ordinal)).ShouldBe(1);
        (await _stage.Store.ListDeadAnswersAsync(10, None)).ShouldHaveSingleItem().Lane.ShouldBe("comment 7");
    }

    [Fact(Timeout = Patience)]
    public async Task Only_the_present_head_is_commented_on()
    {
        await _stage.EndedRunAsync(0.95, sha: 'b');

        await _stage.SettleAsync();

        Forge.Comments.ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task Earlier_heads_have_a_line_each_the_newest_first()
    {
        await _stage.EndedRunAsync(0.91, sha: 'c');
        await _stage.EndedRunAsync(0.5, sha: 'b');
        await _stage.EndedRunAsync(0.95);

        await _stage.SettleAsync();

        Ours.Single().Body.ShouldEndWith("""
            <details><summary>2 earlier commits</summary>

            - `bbbbbbbbbb`: ❌ `digits#2` val\_acc 0.5
            - `cccccccccc`: ✅ `digits#1` val\_acc 0.91

            </details>

            """);
    }

    [Fact(Timeout = Patience)]
    public async Task A_manifest_may_ask_for_no_comment()
    {
        await _stage.EndedRunAsync(0.95, change: Comment(CommentMode.Never));

        await _stage.SettleAsync();

        Forge.Comments.ShouldBeEmpty();
        Forge.Statuses.ShouldNotBeEmpty();
    }

    [Theory(Timeout = Patience)]
    [InlineData(0.95, false)]
    [InlineData(0.96, true)]
    [InlineData(0.8, true)]
    public async Task On_change_a_comment_begins_with_the_first_difference(double value, bool comments)
    {
        var baseline = await _stage.EndedRunAsync(0.95, sha: 'f', change: Comment(CommentMode.OnChange));
        await _stage.EndedRunAsync(value, change: Comment(CommentMode.OnChange), baseline: baseline.Id);

        await _stage.SettleAsync();

        Forge.Comments.Any().ShouldBe(comments);
    }

    [Fact(Timeout = Patience)]
    public async Task A_comment_that_is_there_follows_even_when_nothing_differs()
    {
        var baseline = await _stage.EndedRunAsync(0.95, sha: 'f', change: Comment(CommentMode.OnChange));
        await _stage.EndedRunAsync(0.96, change: Comment(CommentMode.OnChange), baseline: baseline.Id);
        await _stage.SettleAsync();

        await _stage.EndedRunAsync(0.95, change: Comment(CommentMode.OnChange), baseline: baseline.Id);
        await _stage.SettleAsync();

        Ours.Single().Body.ShouldContain("unchanged against `digits#1`");
    }

    [Fact(Timeout = Patience)]
    public async Task A_manifest_with_errors_is_told_in_full()
    {
        await _stage.RemarkAsync(RemarkKind.Failure, ".gradient.yml:3:5: unknown key 'metrix'; did you mean 'metrics'?", "line 3\n    metrix: @everyone\n```");

        await _stage.SettleAsync();

        Ours.Single().Body.ShouldBe(Marker + """

            ### GradientCI at `aaaaaaaaaa`

            ❌ `.gradient.yml:3:5:` unknown key 'metrix'; did you mean 'metrics'?

            ````text
            line 3
                metrix: @everyone
            ```
            ````

            <details><summary>2 earlier commits</summary>

            - `bbbbbbbbbb`: nothing ran
            - `cccccccccc`: nothing ran

            </details>

            """);
        var status = Forge.StatusOf(AnswerStage.Sha('a'), "gradientci")!;
        (status.State, status.Description).ShouldBe((StatusState.Failure, ".gradient.yml:3:5: unknown key 'metrix'; did you mean 'metrics'?"));
    }

    private static Func<ExperimentSpec, ExperimentSpec> Comment(CommentMode mode) => spec => spec with { Report = spec.Report with { Comment = mode } };
}
