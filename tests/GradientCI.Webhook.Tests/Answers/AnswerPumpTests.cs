using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Testing.Contracts;
using GradientCI.Testing.Forges;
using GradientCI.Webhook.Answers;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Tests.Answers;

public sealed class AnswerPumpTests : IAsyncLifetime
{
    private const int Patience = 120_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private AnswerStage _stage = null!;

    private FakeForge Forge => _stage.Forge;

    public async Task InitializeAsync() => _stage = await AnswerStage.SetAsync();

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact(Timeout = Patience)]
    public async Task A_run_is_pending_and_then_what_it_came_to()
    {
        var run = await _stage.RunAsync();
        await _stage.SettleAsync();
        await _stage.MoveAsync(run, RunState.Queued, RunState.Running);
        await _stage.SettleAsync();
        await _stage.TrialAsync(run, 1, 0.95);
        await _stage.MoveAsync(run, RunState.Running, RunState.Finished);

        await _stage.SettleAsync();

        Forge.Statuses.Select(status => (status.Context, status.State, status.Description)).ShouldBe(
        [
            ("gradientci/digits", StatusState.Pending, "digits#1 is queued"),
            ("gradientci/digits", StatusState.Pending, "digits#1 is running"),
            ("gradientci/digits", StatusState.Success, "1 trial succeeded"),
        ]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_sweep_of_500_trials_costs_at_most_30_writes()
    {
        _stage.AddPull(7, 'a');
        var run = await _stage.RunAsync(change: AnswerStage.Checked);
        await _stage.SettleAsync();
        await _stage.MoveAsync(run, RunState.Queued, RunState.Running);
        for (var trial = 1; trial <= 500; trial++)
        {
            await _stage.TrialAsync(run, trial, 0.5 + (trial / 1100.0));
            if (trial % 25 == 0)
            {
                await _stage.SettleAsync();
            }
        }

        await _stage.MoveAsync(run, RunState.Running, RunState.Finished, 0.95);
        await _stage.SettleAsync();

        Forge.Calls.Length.ShouldBeLessThanOrEqualTo(30);
        Forge.StatusOf(AnswerStage.Sha('a'), "gradientci/digits")!.State.ShouldBe(StatusState.Success);
        Forge.StatusOf(AnswerStage.Sha('a'), "gradientci/digits/val_acc")!.Description.ShouldBe("0.9545 ≥ 0.9");
        Forge.Comments.ShouldHaveSingleItem().Body.ShouldContain("500 trials");
    }

    [Fact(Timeout = Patience)]
    public async Task What_did_not_change_is_not_said_again()
    {
        await _stage.EndedRunAsync(0.95);
        await _stage.SettleAsync();
        var calls = Forge.Calls.Length;

        await _stage.TouchAsync();
        await _stage.SettleAsync();

        Forge.Calls.Length.ShouldBe(calls);
    }

    [Fact(Timeout = Patience)]
    public async Task What_happened_while_the_forge_was_down_is_told_once_and_as_it_is_now()
    {
        Forge.Refuses = _ => new ForgeException(ForgeProblem.Unavailable, "GitHub is down.");
        var run = await _stage.RunAsync(change: AnswerStage.Checked);
        await _stage.SettleAsync();
        await _stage.MoveAsync(run, RunState.Queued, RunState.Running);
        await _stage.SettleAsync();
        await _stage.TrialAsync(run, 1, 0.95);
        await _stage.MoveAsync(run, RunState.Running, RunState.Finished, 0.95);
        Forge.Refuses = _ => null;
        _stage.Time.Advance(TimeSpan.FromHours(1));

        await _stage.SettleAsync();

        Forge.Statuses.Select(status => (status.Context, status.State)).ShouldBe(
            [("gradientci/digits", StatusState.Success), ("gradientci/digits/val_acc", StatusState.Success)]);
    }

    [Fact(Timeout = Patience)]
    public async Task Inside_a_block_window_nobody_calls_and_afterwards_everything_is_said()
    {
        Forge.MostPerMinute = 3;
        await _stage.AddRepositoryAsync(StoreSamples.Project("words-1") with { Name = "words" });
        foreach (var experiment in "abcdefgh")
        {
            await _stage.RunAsync($"{experiment}");
            await _stage.RunAsync($"{experiment}", project: "words-1");
        }

        for (var second = 0; second < 900; second++)
        {
            await _stage.Pump.StepAsync(None);
            _stage.Time.Advance(TimeSpan.FromSeconds(1));
            if (second < 600 && second % 50 == 0)
            {
                await _stage.RunAsync($"late{second}", project: "words-1");
            }
        }

        Forge.CallsInsideBlock.ShouldBe(0);
        Forge.Statuses.Length.ShouldBe(8 + 8 + 12);
    }

    [Fact(Timeout = Patience)]
    public async Task A_restart_inside_a_block_window_does_not_forget_it()
    {
        Forge.MostPerMinute = 0;
        await _stage.RunAsync();
        await _stage.Pump.StepAsync(None);
        _stage.RestartPump();
        await _stage.RunAsync("words");

        _stage.Time.Advance(TimeSpan.FromSeconds(50));
        await _stage.SettleAsync();

        Forge.Calls.Length.ShouldBe(1);
    }

    [Fact(Timeout = Patience)]
    public async Task A_forge_that_is_down_is_asked_ever_less_often_and_given_up_after_a_day()
    {
        Forge.Refuses = _ => new ForgeException(ForgeProblem.Unavailable, "GitHub is down.");
        await _stage.RunAsync();
        for (var tick = 0; tick < 25 * 360; tick++)
        {
            await _stage.Pump.StepAsync(None);
            _stage.Time.Advance(TimeSpan.FromSeconds(10));
        }

        var gaps = Forge.Calls.Zip(Forge.Calls.Skip(1), (one, next) => (next.At - one.At).TotalSeconds).ToList();
        gaps.Take(9).ShouldBe([10, 20, 40, 80, 160, 320, 640, 900, 900]);
        gaps.Skip(9).ShouldAllBe(gap => gap == 900);
        (Forge.Calls[^1].At - Forge.Calls[0].At).TotalHours.ShouldBeInRange(23.9, 24.3);
        (await _stage.Store.ListDeadAnswersAsync(10, None)).ShouldHaveSingleItem().Problem.ShouldBe("GitHub is down.");
    }

    [Fact(Timeout = Patience)]
    public async Task A_token_that_was_taken_back_is_tried_until_it_is_good_again()
    {
        Forge.Refuses = _ => new ForgeException(ForgeProblem.Unauthorized, "Bad credentials.");
        await _stage.RunAsync();
        await _stage.SettleAsync();
        (await _stage.Store.ListDeadAnswersAsync(10, None)).ShouldBeEmpty();
        Forge.Refuses = _ => null;
        _stage.Time.Advance(TimeSpan.FromHours(1));

        await _stage.SettleAsync();

        Forge.Statuses.Length.ShouldBe(1);
    }

    [Theory(Timeout = Patience)]
    [InlineData(ForgeProblem.Forbidden)]
    [InlineData(ForgeProblem.NotFound)]
    [InlineData(ForgeProblem.Rejected)]
    public async Task What_is_refused_is_not_asked_again_until_it_is_something_else(ForgeProblem problem)
    {
        Forge.Refuses = _ => new ForgeException(problem, "No.");
        var run = await _stage.RunAsync();
        await _stage.SettleAsync();
        _stage.Time.Advance(TimeSpan.FromDays(2));
        await _stage.SettleAsync();
        Forge.Calls.Length.ShouldBe(1);
        (await _stage.Store.ListDeadAnswersAsync(10, None)).ShouldHaveSingleItem().Lane.ShouldBe($"status {AnswerStage.Sha('a')} gradientci/digits");

        Forge.Refuses = _ => null;
        await _stage.MoveAsync(run, RunState.Queued, RunState.Running);
        await _stage.SettleAsync();

        Forge.Statuses.Length.ShouldBe(1);
        (await _stage.Store.ListDeadAnswersAsync(10, None)).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_fresh_start_tries_once_more_what_was_given_up()
    {
        Forge.Refuses = _ => new ForgeException(ForgeProblem.Forbidden, "No.");
        await _stage.RunAsync();
        await _stage.SettleAsync();
        _stage.Time.Advance(TimeSpan.FromDays(3));
        _stage.RestartPump();
        await _stage.Pump.ReviveAsync(None);
        await _stage.SettleAsync();
        Forge.Calls.Length.ShouldBe(2);
        Forge.Refuses = _ => null;

        await _stage.Pump.ReviveAsync(None);
        await _stage.SettleAsync();

        Forge.Statuses.Length.ShouldBe(1);
        (await _stage.Store.ListDeadAnswersAsync(10, None)).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_call_that_hangs_is_given_up_and_made_again()
    {
        Forge.Hangs = true;
        await _stage.RunAsync();
        var hanging = Forge.Hanging;
        var step = _stage.Pump.StepAsync(None);
        await hanging;
        _stage.Time.Advance(TimeSpan.FromSeconds(90));
        (await step).ShouldBeTrue();
        Forge.Hangs = false;
        _stage.Time.Advance(TimeSpan.FromSeconds(10));

        await _stage.SettleAsync();

        Forge.Statuses.Length.ShouldBe(1);
    }

    [Fact(Timeout = Patience)]
    public async Task A_pump_that_is_stopped_in_a_call_ends_without_a_word()
    {
        Forge.Hangs = true;
        await _stage.RunAsync();
        using var stop = new CancellationTokenSource();
        var hanging = Forge.Hanging;
        var pump = _stage.Pump.RunAsync(stop.Token);
        await hanging;

        await stop.CancelAsync();
        await pump;

        (await _stage.Store.FindAnswerAsync(StoreSamples.Project().Id, $"status {AnswerStage.Sha('a')} gradientci/digits", None))!.Attempts.ShouldBe(0);
    }

    [Fact(Timeout = Patience)]
    public async Task A_status_is_posted_at_most_900_times()
    {
        var run = await _stage.RunAsync();
        await _stage.SettleAsync();
        await _stage.Sql("UPDATE answers SET posts = 900");
        await _stage.MoveAsync(run, RunState.Queued, RunState.Running);

        await _stage.SettleAsync();

        Forge.Statuses.Length.ShouldBe(1);
        (await _stage.Store.ListDeadAnswersAsync(10, None)).ShouldHaveSingleItem().Problem.ShouldContain("900 times");
    }

    [Fact(Timeout = Patience)]
    public async Task A_death_after_a_status_repeats_it_and_nothing_else()
    {
        await _stage.EndedRunAsync(0.95);
        Forge.FailsAfter = _ => new InvalidOperationException("We died.");
        await Should.ThrowAsync<InvalidOperationException>(() => _stage.Pump.StepAsync(None));
        Forge.FailsAfter = _ => null;
        _stage.RestartPump();

        await _stage.SettleAsync();

        Forge.Calls.Select(call => call.Text).ShouldBe(["status gradientci/digits Success", "status gradientci/digits Success", "status gradientci/digits/val_acc Success"]);
    }

    [Fact(Timeout = Patience)]
    public async Task Two_hundred_changes_in_any_order_end_in_the_truth_and_never_pending_after_the_end()
    {
        var random = new Random(20260105);
        var runs = new List<(Run Run, Queue<RunState> Steps, double Value)>();
        for (var at = 0; at < 80; at++)
        {
            var run = await _stage.RunAsync($"e{at % 20}", "abcd"[at / 20], AnswerStage.Checked);
            var value = at % 3 == 0 ? 0.95 : 0.5;
            await _stage.TrialAsync(run, 1, value);
            RunState[] steps = at % 7 == 0 ? [RunState.Running, RunState.Cancelled] : [RunState.Running, RunState.Finished];
            runs.Add((run, new Queue<RunState>(steps), value));
        }

        var states = runs.ToDictionary(each => each.Run.Id, _ => RunState.Queued);
        while (runs.Where(each => each.Steps.Count > 0).ToList() is { Count: > 0 } open)
        {
            var (run, steps, value) = open[random.Next(open.Count)];
            var to = steps.Dequeue();
            await _stage.MoveAsync(run, states[run.Id], to, to == RunState.Finished ? value : null);
            states[run.Id] = to;
            Forge.Refuses = random.Next(4) == 0 ? _ => new ForgeException(ForgeProblem.Unavailable, "Try later.") : _ => null;
            for (var step = random.Next(3); step > 0; step--)
            {
                await _stage.Pump.StepAsync(None);
                _stage.Time.Advance(TimeSpan.FromSeconds(7));
            }
        }

        Forge.Refuses = _ => null;
        _stage.Time.Advance(TimeSpan.FromHours(1));
        await _stage.SettleAsync();

        foreach (var (run, _, value) in runs)
        {
            var told = Forge.Statuses.Where(status => status.Sha == run.Commit.Sha && status.Context == $"gradientci/{run.Id.Experiment}").Select(status => status.State).ToList();
            told[^1].ShouldBe(states[run.Id] == RunState.Cancelled ? StatusState.Error : value > 0.9 ? StatusState.Success : StatusState.Failure);
            told.SkipWhile(state => state == StatusState.Pending).ShouldNotContain(StatusState.Pending);
        }
    }
}
