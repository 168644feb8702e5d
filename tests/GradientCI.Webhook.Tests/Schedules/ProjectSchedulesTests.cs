using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Webhook.Forges.BareGit;
using GradientCI.Webhook.Schedules;
using GradientCI.Webhook.Tests.BareGit;
using GradientCI.Webhook.Tests.Triggers;
using GradientCI.Webhook.Triggers;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Webhook.Tests.Schedules;

/// <summary>Whose manifests schedule runs, and which of them counts.</summary>
public sealed class ProjectSchedulesTests
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

    private readonly SetSchedules _clock = new();

    [Fact(Timeout = Patience)]
    public async Task An_old_heads_schedules_that_are_set_late_do_not_win_over_a_newer_heads()
    {
        await using var stage = await ForgeStage.SetAsync(Manifest);
        await stage.Events.RepositoryAsync(stage.Repository, stage.Heard, default);
        await stage.PushAsync("main");
        var schedules = new ProjectSchedules(stage.Data, stage.Store, stage.Store, _clock, NullLogger<ProjectSchedules>.Instance);
        var (begun, goesOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        _clock.BeforeAsync = () =>
        {
            _clock.BeforeAsync = () => Task.CompletedTask;
            begun.SetResult();
            return goesOn.Task;
        };

        var late = schedules.SetAllAsync(default);
        await begun.Task;
        stage.Server.Commit("Later", ".gradient.yml", Manifest.Replace("30 8", "0 9"));
        await stage.PushAsync("main");
        var project = (await stage.Forges.FindRepositoryAsync("github", 42, default))!.Project;
        var newer = schedules.TrySetAsync(project, default);

        // Somebody else who does the same twice: without turns the newer head's schedules are set meanwhile, and the late ones after them.
        for (var again = 0; again < 2; again++)
        {
            await new ProjectSchedules(stage.Data, stage.Store, stage.Store, new SetSchedules(), NullLogger<ProjectSchedules>.Instance).SetAllAsync(default);
        }

        goesOn.SetResult();
        await Task.WhenAll(late, newer);

        _clock.All.ShouldBe("nightly 0 9 * * *");
    }

    [Fact(Timeout = Patience)]
    public async Task What_was_set_of_a_head_is_not_set_again()
    {
        await using var stage = await ForgeStage.SetAsync(Manifest);
        await stage.PushAsync("main");
        var schedules = new ProjectSchedules(stage.Data, stage.Store, stage.Store, _clock, NullLogger<ProjectSchedules>.Instance);

        await schedules.SetAllAsync(default);
        await schedules.SetAllAsync(default);

        (_clock.All, _clock.Times).ShouldBe(("nightly 30 8 * * *", 1));
    }

    [Fact(Timeout = Patience)]
    public async Task A_bare_repository_whose_hook_is_ours_is_scheduled_as_its_head_says_until_the_hook_goes()
    {
        await using var stage = await PushStage.SetAsync(Manifest);
        var schedules = new ProjectSchedules(stage.Data, stage.Store, (IForgeStore)stage.Store, _clock, NullLogger<ProjectSchedules>.Instance);
        var inbox = new PushInbox(stage.Data, stage.Store, new Provenance(), TimeProvider.System) { PushedAsync = schedules.TrySetAsync };
        await stage.PushAsync("main");
        await inbox.TakeAsync(default);
        _clock.All.ShouldBe("nightly 30 8 * * *", "as soon as it is pushed");

        stage.Commit("Elsewhere", (".gradient.yml", Manifest.Replace("nightly", "elsewhere")));
        await stage.PushAsync("HEAD:refs/heads/topic");
        await inbox.TakeAsync(default);
        _clock.All.ShouldBe("nightly 30 8 * * *", "only the default branch counts");

        await using (var repository = await Runner.Git.GitRepository.OpenAsync(stage.Bare, default))
        {
            await new PostReceiveHook(repository).UninstallAsync(default);
        }

        await schedules.SetAllAsync(default);
        _clock.All.ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_clone_that_somebody_works_in_schedules_nothing()
    {
        await using var stage = await PushStage.SetAsync(Manifest);
        await stage.Store.PutProjectAsync(new Project(new ProjectId("digits-000001"), "digits", stage.Work.Path), default);

        await new ProjectSchedules(stage.Data, stage.Store, (IForgeStore)stage.Store, _clock, NullLogger<ProjectSchedules>.Instance).SetAllAsync(default);

        _clock.All.ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_due_run_of_a_bare_repository_is_one_of_its_default_branchs_head()
    {
        await using var stage = await PushStage.SetAsync(Manifest);
        await stage.PushAsync("main");
        await stage.Inbox.TakeAsync(default);
        stage.Commit("Later");
        await stage.PushAsync("main");
        var project = (await stage.Store.ListProjectsAsync(default))[0].Id;
        var runs = new ScheduledRuns(stage.Data, stage.Store, (IForgeStore)stage.Store, new PlainGit(), new Provenance(), "process", TimeProvider.System);

        var outcome = await runs.HandleAsync(DueRun.Of(project, "nightly", HalfPastEight).ToDelivery(HalfPastEight), default);

        outcome!.State.ShouldBe(DeliveryState.Done, outcome.Note);
        var run = (await stage.RunsAsync())[^1];
        (run.Commit.Subject, run.Commit.Ref, run.Origin).ShouldBe(("Later", "refs/heads/main", "schedule nightly 2026-01-05T08:30Z"));
        Directory.Delete(stage.Bare, recursive: true);
        (await runs.HandleAsync(DueRun.Of(project, "nightly", HalfPastEight.AddDays(1)).ToDelivery(HalfPastEight), default))!.State.ShouldBe(DeliveryState.Ignored);
    }

    [Fact(Timeout = Patience)]
    public async Task A_repository_that_is_fetched_from_a_url_is_scheduled_by_the_branch_that_its_servers_head_is_on()
    {
        await using var stage = await ForgeStage.SetAsync(Manifest);
        stage.Repository = stage.Repository with { Forge = ForgeRepository.NoForge, DefaultBranch = "", Installation = null };
        stage.Server.Work.Git("--git-dir", stage.Server.Bare, "symbolic-ref", "HEAD", "refs/heads/trunk");
        stage.Forge.Name = ForgeRepository.NoForge;
        var schedules = new ProjectSchedules(stage.Data, stage.Store, stage.Store, _clock, NullLogger<ProjectSchedules>.Instance);
        var events = new ScheduledEvents(stage.Events, stage.Store, schedules);
        stage.Server.Commit("Trunk", ".gradient.yml", Manifest.Replace("nightly", "weekly"));
        stage.Server.Push("HEAD:refs/heads/trunk");

        await events.PushAsync(stage.Repository, [RefUpdate.TryMake(ForgeStage.Zeros, stage.Server.Head(), "refs/heads/trunk")!], stage.Heard, default);

        _clock.All.ShouldBe("weekly 30 8 * * *");
        var project = (await stage.Forges.FindRepositoryAsync(ForgeRepository.NoForge, 42, default))!.Project;
        var runs = new ScheduledRuns(stage.Data, stage.Store, stage.Store, stage.Forge, new Provenance(), "process", TimeProvider.System);
        (await runs.HandleAsync(DueRun.Of(project, "weekly", HalfPastEight).ToDelivery(HalfPastEight), default))!.Note.ShouldContain("weekly#2 queued for trunk");
    }
}
