using GradientCI.Experiments;
using GradientCI.Testing;
using GradientCI.Webhook.Schedules;
using GradientCI.Webhook.Tests.Triggers;
using GradientCI.Webhook.Triggers;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Webhook.Tests.Schedules;

/// <summary>From a manifest at the default branch to runs that are due.</summary>
public sealed class ScheduledRunsTests
{
    private const int Patience = 120_000;

    private const string Manifest = """
        version: 1
        experiments:
          nightly:
            command: "true"
            on: { schedule: "30 8 * * *", push: true }
        """;

    private static readonly DateTimeOffset HalfPastEight = new(2026, 1, 5, 8, 30, 0, TimeSpan.Zero);

    [Fact(Timeout = Patience)]
    public async Task A_due_run_is_a_new_one_of_the_default_branchs_head_however_often_its_delivery_comes()
    {
        await using var stage = await ForgeStage.SetAsync(Manifest);
        await stage.PushAsync("main");
        stage.Server.Commit("Later");
        stage.Server.Push("main");

        await DueAsync(stage, HalfPastEight);
        await DueAsync(stage, HalfPastEight.AddSeconds(7));

        (await stage.StatesAsync()).ShouldBe("nightly#1 Begin queued, nightly#2 Later queued");
        (await stage.RunsAsync())[1].Origin.ShouldBe("schedule nightly 2026-01-05T08:30Z");
        (await stage.RunsAsync())[1].Commit.Ref.ShouldBe("refs/heads/main");
    }

    [Fact(Timeout = Patience)]
    public async Task A_commit_that_has_a_run_gets_another_each_time_it_is_due()
    {
        await using var stage = await ForgeStage.SetAsync(Manifest);
        await stage.PushAsync("main");

        await DueAsync(stage, HalfPastEight);
        await stage.FinishAsync((await stage.RunsAsync())[1].Id);
        await DueAsync(stage, HalfPastEight.AddDays(1));

        (await stage.StatesAsync()).ShouldBe("nightly#1 Begin queued, nightly#2 Begin finished, nightly#3 Begin queued");
    }

    [Fact(Timeout = Patience)]
    public async Task While_a_scheduled_run_has_not_ended_no_other_is_started()
    {
        await using var stage = await ForgeStage.SetAsync(Manifest);
        await stage.Events.RepositoryAsync(stage.Repository, stage.Heard, default);
        await DueAsync(stage, HalfPastEight);

        var note = await DueAsync(stage, HalfPastEight.AddDays(1));

        note.ShouldBe("nightly is not started: nightly#1, which was scheduled before, has not ended.");
        (await stage.RunsAsync()).Length.ShouldBe(1);
    }

    [Fact(Timeout = Patience)]
    public async Task What_the_head_no_longer_schedules_is_not_started()
    {
        await using var stage = await ForgeStage.SetAsync();
        await stage.Events.RepositoryAsync(stage.Repository, stage.Heard, default);

        var note = await DueAsync(stage, HalfPastEight);

        note.ShouldContain("does not schedule it");
        (await stage.RunsAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_repository_that_no_longer_lets_us_in_starts_nothing()
    {
        await using var stage = await ForgeStage.SetAsync(Manifest);
        await stage.Events.RepositoryAsync(stage.Repository, stage.Heard, default);
        await stage.Events.RemovedAsync("github", 42, stage.Heard with { Number = 2 }, default);

        (await DueAsync(stage, HalfPastEight)).ShouldContain("no longer lets us in");
    }

    [Fact(Timeout = Patience)]
    public async Task Schedules_follow_the_default_branchs_manifest_and_no_others()
    {
        await using var stage = await ForgeStage.SetAsync(Manifest);
        using var folder = new TemporaryFolder();
        var (time, due) = (new ManualTimeProvider(), new DueList());
        await using var running = new RunningClock(folder["schedules.db"], [], due, time);
        var schedules = new ProjectSchedules(stage.Data, stage.Store, stage.Store, running.Clock, NullLogger<ProjectSchedules>.Instance);
        var events = new ScheduledEvents(stage.Events, stage.Store, schedules);
        await PushAsync("main", Manifest);
        await PushAsync("topic", Manifest.Replace("nightly", "elsewhere"));
        time.Advance(TimeSpan.FromMinutes(30));
        (await due.NextAsync()).ShouldBe("nightly 2026-01-05T08:30");

        await PushAsync("main", Manifest.Replace("nightly", "renamed").Replace("30 8", "30 9"));
        await PushAsync("main", "version: 1\nexperiments: nonsense\n");
        time.Advance(TimeSpan.FromHours(1));
        (await due.NextAsync()).ShouldBe("renamed 2026-01-05T09:30");

        await PushAsync("main", Manifest.Replace("30 8", "0 10"));
        time.Advance(TimeSpan.FromMinutes(30));
        (await due.NextAsync()).ShouldBe("nightly 2026-01-05T10:00");
        SqliteConnection.ClearAllPools();

        async Task PushAsync(string branch, string manifest)
        {
            stage.Server.Commit(branch, ".gradient.yml", manifest);
            stage.Server.Push($"HEAD:refs/heads/{branch}");
            await events.PushAsync(stage.Repository, [RefUpdate.TryMake(ForgeStage.Zeros, stage.Server.Head(), $"refs/heads/{branch}")!], stage.Heard, default);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_due_twice_is_kept_once()
    {
        await using var stage = await ForgeStage.SetAsync(Manifest);
        var runs = new DueRuns(stage.Store, stage.Store, TimeProvider.System);

        await runs.KeepAsync(new ProjectId("digits-3fa2c1"), "nightly", HalfPastEight, default);
        await runs.KeepAsync(new ProjectId("digits-3fa2c1"), "nightly", HalfPastEight.AddSeconds(3), default);

        (await stage.Store.ListDueDeliveriesAsync(DateTimeOffset.MaxValue, [], 10, default)).ShouldHaveSingleItem().Id.ShouldBe("due:digits-3fa2c1:nightly:2026-01-05T08:30Z");
    }

    /// <summary>Does what follows when a run is due.</summary>
    /// <returns>What is noted at its delivery.</returns>
    private static async Task<string> DueAsync(ForgeStage stage, DateTimeOffset at)
    {
        var project = (await stage.Forges.FindRepositoryAsync("github", 42, default))!.Project;
        var runs = new ScheduledRuns(stage.Data, stage.Store, stage.Store, stage.Forge, new Provenance(), "process", TimeProvider.System);
        var outcome = await runs.HandleAsync(DueRun.Of(project, "nightly", at).ToDelivery(at), default);
        return outcome.ShouldNotBeNull().Note;
    }
}
