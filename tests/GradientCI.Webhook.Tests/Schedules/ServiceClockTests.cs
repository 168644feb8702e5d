using System.Collections.Immutable;
using System.Threading.Channels;
using GradientCI.Experiments;
using GradientCI.Specs;
using GradientCI.Testing;
using GradientCI.Webhook.Schedules;
using Microsoft.Data.Sqlite;

namespace GradientCI.Webhook.Tests.Schedules;

public sealed class ServiceClockTests : IDisposable
{
    private const int Patience = 120_000;
    private static readonly ProjectId Project = new("digits-3fa2c1");

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly DueList _due = new();

    // The service's record has done so before.
    public ServiceClockTests() => SQLitePCL.Batteries_V2.Init();

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact(Timeout = Patience)]
    public async Task A_scheduled_run_is_due_when_its_line_says()
    {
        await using var clock = Start();
        await clock.SetAsync(Project, ("digits", "30 8 * * 1"));

        _time.Advance(TimeSpan.FromMinutes(30));

        (await _due.NextAsync()).ShouldBe("digits 2026-01-05T08:30");
    }

    [Fact(Timeout = Patience)]
    public async Task What_was_missed_while_no_service_ran_is_due_once()
    {
        await using (var clock = Start())
        {
            await clock.SetAsync(Project, ("digits", "2/5 * * * *"), ("other", "0 0 1 6 *"));
        }

        _time.Advance(TimeSpan.FromHours(10));
        await using var next = Start();

        (await _due.NextAsync()).ShouldBe("digits 2026-01-05T08:02");
        _time.Advance(TimeSpan.FromMinutes(2));
        (await _due.NextAsync()).ShouldBe("digits 2026-01-05T18:02");
    }

    [Fact(Timeout = Patience)]
    public async Task What_was_due_when_the_service_was_killed_is_due_again_with_the_same_time()
    {
        var killed = new DueList { Hangs = new TaskCompletionSource() };
        await using var first = new RunningClock(_folder["schedules.db"], [], killed, _time);
        await first.SetAsync(Project, ("digits", "30 8 * * 1"));
        _time.Advance(TimeSpan.FromMinutes(30));
        await killed.Failed.Task;

        await using var next = Start();

        (await _due.NextAsync()).ShouldBe("digits 2026-01-05T08:30");
        killed.Hangs.SetResult();
    }

    [Fact(Timeout = Patience)]
    public async Task A_schedule_that_is_removed_or_renamed_is_due_no_more()
    {
        await using var clock = Start();
        await clock.SetAsync(Project, ("old", "0 9 * * *"), ("both", "0 9 5 * 1"), ("stays", "0 9 * * *"));

        await clock.SetAsync(Project, ("new", "30 9 * * *"), ("stays", "0 9 * * *"));
        _time.Advance(TimeSpan.FromHours(1));

        (await _due.NextAsync()).ShouldBe("stays 2026-01-05T09:00");
        _time.Advance(TimeSpan.FromMinutes(30));
        (await _due.NextAsync()).ShouldBe("new 2026-01-05T09:30");
    }

    [Fact(Timeout = Patience)]
    public async Task A_line_that_changes_counts_from_then_on()
    {
        await using var clock = Start();
        await clock.SetAsync(Project, ("digits", "0 9 * * *"));

        await clock.SetAsync(Project, ("digits", "0 11 * * *"));
        _time.Advance(TimeSpan.FromHours(3));

        (await _due.NextAsync()).ShouldBe("digits 2026-01-05T11:00");
    }

    [Fact(Timeout = Patience)]
    public async Task A_chore_is_done_at_the_start_and_then_time_and_again_whatever_it_throws()
    {
        var done = Channel.CreateUnbounded<DateTimeOffset>();
        await using var clock = Start(new Chore("sweep", _ =>
        {
            done.Writer.TryWrite(_time.GetUtcNow());
            throw new InvalidOperationException("It broke.");
        })
        { Every = TimeSpan.FromMinutes(5) });

        var first = await done.Reader.ReadAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        var second = await done.Reader.ReadAsync();

        (second - first).ShouldBe(TimeSpan.FromMinutes(5));
    }

    [Fact(Timeout = Patience)]
    public async Task A_chore_with_a_line_that_was_missed_is_done_once_and_one_that_is_gone_is_not()
    {
        var done = Channel.CreateUnbounded<string>();
        await using (Start(At("backup", "0 3 * * *"), At("retention", "0 4 * * *")))
        {
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        _time.Advance(TimeSpan.FromDays(3));
        await using var clock = Start(At("retention", "0 4 * * *"));
        (await done.Reader.ReadAsync()).ShouldBe("retention");
        await clock.SetAsync(Project, ("digits", "2 8 * * *"));
        _time.Advance(TimeSpan.FromMinutes(1));
        await _due.NextAsync();

        done.Reader.Count.ShouldBe(0);

        Chore At(string name, string line) => new(name, _ =>
        {
            done.Writer.TryWrite(name);
            return Task.CompletedTask;
        })
        { At = CronLine.TryParse(line) };
    }

    [Fact(Timeout = Patience)]
    public async Task A_chore_that_is_at_work_when_the_service_leaves_is_told_so()
    {
        var (begun, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        var clock = Start(new Chore("long", async token =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ended.TrySetResult();
        })
        { Every = TimeSpan.FromHours(1) });
        await begun.Task;

        await clock.DisposeAsync();

        ended.Task.IsCompleted.ShouldBeTrue();
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_that_could_not_be_kept_is_tried_again()
    {
        _due.Problem = new GradientException(FailureKind.Environment, "The disk is full.", "Free some space.");
        await using var clock = Start();
        await clock.SetAsync(Project, ("digits", "30 8 * * *"));
        _time.Advance(TimeSpan.FromMinutes(30));
        await _due.Failed.Task;
        _due.Problem = null;

        while (!_due.Has)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        (await _due.NextAsync()).ShouldBe("digits 2026-01-05T08:30");
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_that_could_not_be_kept_when_the_service_left_is_due_again_once_with_the_same_time()
    {
        _due.Problem = new GradientException(FailureKind.Environment, "The disk is full.", "Free some space.");
        await using (var clock = Start())
        {
            await clock.SetAsync(Project, ("digits", "30 8 * * *"));
            _time.Advance(TimeSpan.FromMinutes(30));
            await _due.Failed.Task;
        }

        _due.Problem = null;
        await using (Start())
        {
            (await _due.NextAsync()).ShouldBe("digits 2026-01-05T08:30");
        }

        await using var last = Start();
        _time.Advance(TimeSpan.FromDays(1));
        (await _due.NextAsync()).ShouldBe("digits 2026-01-06T08:30");
    }

    [Fact(Timeout = Patience)]
    public async Task A_file_that_is_no_database_is_named_with_the_way_out()
    {
        File.WriteAllText(_folder["schedules.db"], new string('x', 10_000));

        var problem = await Should.ThrowAsync<GradientException>(async () => await Start().DisposeAsync());

        problem.Message.ShouldContain(_folder["schedules.db"]);
        problem.Remedy.ShouldNotBeNull().ShouldContain("rm ");
    }

    private RunningClock Start(params ImmutableArray<Chore> chores) => new(_folder["schedules.db"], chores, _due, _time);
}
