using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What every store of answers promises.</summary>
public abstract class AnswerStoreContract : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = StoreSamples.Noon;
    private IExperimentStore _runs = null!;
    private IAnswerStore _answers = null!;

    public async Task InitializeAsync() => (_runs, _answers) = await OpenAsync();

    public async Task DisposeAsync() => await _runs.DisposeAsync();

    /// <summary>Opens the storage of this test, empty at first.</summary>
    protected abstract Task<(IExperimentStore Runs, IAnswerStore Answers)> OpenAsync();

    /// <summary>Makes a recorded project a repository of a forge.</summary>
    protected abstract Task AddRepositoryAsync(ProjectId project, string forge);

    [Fact(Timeout = Patience)]
    public async Task Runs_of_a_local_project_mark_nothing()
    {
        var run = await _runs.AddRunAsync();
        await MoveAsync(run, RunState.Queued, RunState.Running);

        (await _answers.ListCommitsToAnswerAsync(10, None)).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task Runs_of_a_repository_of_plain_git_mark_nothing()
    {
        await _runs.PutProjectAsync(StoreSamples.Project(), None);
        await AddRepositoryAsync(StoreSamples.Project().Id, "git");

        await _runs.AddRunAsync();

        (await _answers.ListCommitsToAnswerAsync(10, None)).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_that_is_made_or_moves_marks_its_commit()
    {
        var run = await ForgeRunAsync();
        var made = (await _answers.ListCommitsToAnswerAsync(10, None)).ShouldHaveSingleItem();

        await MoveAsync(run, RunState.Queued, RunState.Running);
        var moved = (await _answers.ListCommitsToAnswerAsync(10, None)).ShouldHaveSingleItem();

        made.ShouldBe(new CommitToAnswer(run.Id.Project, run.Commit.Sha, 1));
        moved.ShouldBe(made with { Revision = 2 });
    }

    [Fact(Timeout = Patience)]
    public async Task A_pull_request_whose_head_ran_before_it_was_opened_marks_its_commit()
    {
        var run = await ForgeRunAsync();
        await _answers.SetAnswersAsync(await MarkedAsync(), [], Noon, None);
        var opened = new PullRequest
        {
            Project = run.Id.Project, Number = 7, Head = run.Commit.Sha, HeadRef = "topic", HeadRepository = "ada/digits", IsFork = false,
            BaseRef = "main", Base = run.Commit.Sha, UpdatedAt = Noon,
        };

        await ((IForgeStore)_runs).PutPullRequestAsync(opened, None);
        var marked = await MarkedAsync();
        await _answers.SetAnswersAsync(marked, [], Noon, None);
        await ((IForgeStore)_runs).PutPullRequestAsync(opened with { IsDraft = true, UpdatedAt = Noon.AddMinutes(1) }, None);

        marked.Sha.ShouldBe(run.Commit.Sha);
        (await _answers.ListCommitsToAnswerAsync(10, None)).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_step_that_came_too_late_marks_nothing()
    {
        var run = await ForgeRunAsync();

        (await _runs.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Running], RunState.Finished, Noon), None)).ShouldBeFalse();

        (await MarkedAsync()).Revision.ShouldBe(1);
    }

    [Fact(Timeout = Patience)]
    public async Task The_same_push_again_marks_nothing()
    {
        var origin = StoreSamples.Run() with { Origin = "push 1" };
        await ForgeRunAsync(origin);
        await _answers.SetAnswersAsync(await MarkedAsync(), [], Noon, None);

        await _runs.CreateRunAsync(origin, null, None);

        (await _answers.ListCommitsToAnswerAsync(10, None)).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_commit_that_was_answered_is_marked_no_more()
    {
        await ForgeRunAsync();

        (await _answers.SetAnswersAsync(await MarkedAsync(), [new("status", "1")], Noon, None)).ShouldBeTrue();

        (await _answers.ListCommitsToAnswerAsync(10, None)).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task Answers_that_were_overtaken_by_a_change_are_not_set()
    {
        var run = await ForgeRunAsync();
        var seen = await MarkedAsync();
        await MoveAsync(run, RunState.Queued, RunState.Running);

        (await _answers.SetAnswersAsync(seen, [new("status", "1")], Noon, None)).ShouldBeFalse();

        (await DueAsync()).ShouldBeEmpty();
        (await MarkedAsync()).Revision.ShouldBe(2);
    }

    [Fact(Timeout = Patience)]
    public async Task What_a_forge_forgot_is_posted_again_as_it_is()
    {
        var run = await ForgeRunAsync();
        await SetAsync(Noon, new WantedAnswer("check a x", "passed"));
        await _answers.RecordPostedAsync((await DueAsync())[0], 7, None);
        await ChangeAsync(run);
        await SetAsync(Noon, new WantedAnswer("check b x", "passed"));
        await _answers.RecordPostedAsync((await DueAsync())[0], 8, None);

        await _answers.PostAgainAsync(run.Id.Project, "check a ", None);

        var due = (await DueAsync()).ShouldHaveSingleItem();
        (due.Lane, due.Json, due.RemoteId).ShouldBe(("check a x", "passed", 7));
    }

    [Fact(Timeout = Patience)]
    public async Task Only_the_newest_of_a_lane_is_due()
    {
        var run = await ForgeRunAsync();
        await SetAsync(Noon, new WantedAnswer("status", "pending"));
        await ChangeAsync(run);

        await SetAsync(Noon.AddMinutes(1), new WantedAnswer("status", "success"));

        var due = (await DueAsync()).ShouldHaveSingleItem();
        due.ShouldBe(new Answer(run.Id.Project, "status", "success", null) { WantedAt = Noon.AddMinutes(1) });
    }

    [Fact(Timeout = Patience)]
    public async Task What_was_posted_is_due_again_only_when_it_is_to_say_something_else()
    {
        var run = await ForgeRunAsync();
        await SetAsync(Noon, new WantedAnswer("status", "pending"));
        await _answers.RecordPostedAsync((await DueAsync())[0], 7, None);
        await ChangeAsync(run);
        await SetAsync(Noon, new WantedAnswer("status", "pending"));
        (await DueAsync()).ShouldBeEmpty();

        await ChangeAsync(run);
        await SetAsync(Noon, new WantedAnswer("status", "success"));

        var due = (await DueAsync()).ShouldHaveSingleItem();
        (due.Json, due.RemoteId, due.Posts).ShouldBe(("success", 7L, 1));
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_wanted_while_another_text_is_posted_stays_due()
    {
        var run = await ForgeRunAsync();
        await SetAsync(Noon, new WantedAnswer("status", "pending"));
        var posting = (await DueAsync())[0];
        await ChangeAsync(run);
        await SetAsync(Noon, new WantedAnswer("status", "success"));

        await _answers.RecordPostedAsync(posting, null, None);

        (await DueAsync()).ShouldHaveSingleItem().Json.ShouldBe("success");
    }

    [Fact(Timeout = Patience)]
    public async Task Lanes_that_are_not_named_stay()
    {
        var run = await ForgeRunAsync();
        await SetAsync(Noon, new WantedAnswer("a", "1"));
        await ChangeAsync(run);

        await SetAsync(Noon, new WantedAnswer("b", "1"));

        (await _answers.FindAnswerAsync(run.Id.Project, "a", None)).ShouldNotBeNull().Json.ShouldBe("1");
        (await _answers.FindAnswerAsync(run.Id.Project, "c", None)).ShouldBeNull();
    }

    [Fact(Timeout = Patience)]
    public async Task Of_each_project_the_answer_wanted_longest_is_due()
    {
        await ForgeRunAsync();
        await SetAsync(Noon, new WantedAnswer("first", "1"), new WantedAnswer("second", "1"));
        await ForgeRunAsync(StoreSamples.Run(project: "words-1"));
        await SetAsync(Noon.AddMinutes(-1), new WantedAnswer("third", "1"));

        (await DueAsync()).Select(answer => answer.Lane).ShouldBe(["third", "first"]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_failed_answer_waits_and_then_is_due_again()
    {
        await ForgeRunAsync();
        await SetAsync(Noon, new WantedAnswer("status", "1"));

        await _answers.RecordFailedAsync((await DueAsync())[0], "GitHub is down.", Noon.AddSeconds(10), None);

        (await _answers.ListDueAnswersAsync(Noon.AddSeconds(9), 10, None)).ShouldBeEmpty();
        var due = (await _answers.ListDueAnswersAsync(Noon.AddSeconds(10), 10, None)).ShouldHaveSingleItem();
        (due.Attempts, due.Problem, due.Posts).ShouldBe((1, "GitHub is down.", 0));
    }

    [Fact(Timeout = Patience)]
    public async Task A_dead_answer_is_listed_until_it_is_to_say_something_else()
    {
        var run = await ForgeRunAsync();
        await SetAsync(Noon, new WantedAnswer("status", "1"));
        await _answers.RecordFailedAsync((await DueAsync())[0], "No.", null, None);
        (await DueAsync()).ShouldBeEmpty();
        (await _answers.ListDeadAnswersAsync(10, None)).ShouldHaveSingleItem().Problem.ShouldBe("No.");

        await ChangeAsync(run);
        await SetAsync(Noon, new WantedAnswer("status", "2"));

        (await _answers.ListDeadAnswersAsync(10, None)).ShouldBeEmpty();
        (await DueAsync()).ShouldHaveSingleItem().Attempts.ShouldBe(0);
    }

    [Fact(Timeout = Patience)]
    public async Task A_refused_text_does_not_bury_the_text_that_is_wanted_by_now()
    {
        var run = await ForgeRunAsync();
        await SetAsync(Noon, new WantedAnswer("status", "1"));
        var posting = (await DueAsync())[0];
        await ChangeAsync(run);
        await SetAsync(Noon, new WantedAnswer("status", "2"));

        await _answers.RecordFailedAsync(posting, "No.", null, None);

        (await DueAsync()).ShouldHaveSingleItem().Json.ShouldBe("2");
    }

    [Fact(Timeout = Patience)]
    public async Task A_thing_that_was_made_is_known_before_it_counts_as_posted()
    {
        await ForgeRunAsync();
        await SetAsync(Noon, new WantedAnswer("comment 1", "1"));

        await _answers.RecordMadeAsync((await DueAsync())[0], 42, None);

        var due = (await DueAsync()).ShouldHaveSingleItem();
        (due.RemoteId, due.Posts).ShouldBe((42L, 0));
    }

    [Fact(Timeout = Patience)]
    public async Task A_whole_forge_can_be_put_off_with_what_is_wanted_later()
    {
        var run = await ForgeRunAsync();
        await SetAsync(Noon, new WantedAnswer("a", "1"));
        await ForgeRunAsync(StoreSamples.Run(project: "words-1"), "other");
        await SetAsync(Noon, new WantedAnswer("b", "1"));

        await _answers.PostponeAnswersAsync("github", null, Noon.AddHours(1), None);
        await ChangeAsync(run);
        await SetAsync(Noon, new WantedAnswer("a", "2"), new WantedAnswer("c", "1"));

        (await DueAsync()).ShouldHaveSingleItem().Lane.ShouldBe("b");
        (await _answers.ListDueAnswersAsync(Noon.AddHours(1), 10, None)).Length.ShouldBe(2);
    }

    [Fact(Timeout = Patience)]
    public async Task One_project_can_be_put_off_and_never_sooner_than_it_was()
    {
        await ForgeRunAsync();
        await SetAsync(Noon, new WantedAnswer("a", "1"));
        var other = await ForgeRunAsync(StoreSamples.Run(project: "words-1"));
        await SetAsync(Noon, new WantedAnswer("b", "1"));

        await _answers.PostponeAnswersAsync("github", other.Id.Project, Noon.AddHours(1), None);
        await _answers.PostponeAnswersAsync("github", other.Id.Project, Noon.AddMinutes(1), None);

        (await _answers.ListDueAnswersAsync(Noon.AddMinutes(59), 10, None)).ShouldHaveSingleItem().Lane.ShouldBe("a");
    }

    private async Task<Run> ForgeRunAsync(Run? run = null, string forge = "github")
    {
        run ??= StoreSamples.Run();
        await _runs.PutProjectAsync(StoreSamples.Project(run.Id.Project.Value), None);
        await AddRepositoryAsync(run.Id.Project, forge);
        return await _runs.CreateRunAsync(run, null, None);
    }

    private async Task SetAsync(DateTimeOffset now, params WantedAnswer[] wanted) =>
        (await _answers.SetAnswersAsync(await MarkedAsync(), wanted, now, None)).ShouldBeTrue();

    // Any step of a run will do.
    private async Task ChangeAsync(Run run)
    {
        var state = (await _runs.FindRunAsync(run.Id, None))!.State;
        await MoveAsync(run, state, state == RunState.Queued ? RunState.Running : RunState.Queued);
    }

    private async Task MoveAsync(Run run, RunState from, RunState to) =>
        (await _runs.UpdateRunAsync(new RunUpdate(run.Id, [from], to, Noon), None)).ShouldBeTrue();

    private async Task<CommitToAnswer> MarkedAsync() => (await _answers.ListCommitsToAnswerAsync(10, None)).ShouldHaveSingleItem();

    private async Task<IReadOnlyList<Answer>> DueAsync() => await _answers.ListDueAnswersAsync(Noon, 10, None);
}
