using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Webhook.Tests.BareGit;

/// <summary>A real <c>git push</c> over a path, through the real hook, to a worker in this process.</summary>
public sealed class PushTests
{
    private const string EveryCommit = PushStage.Manifest + "    on: { push: { commits: all } }\n";
    private const string Paths = PushStage.Manifest + "    on: { push: { paths: [\"src/**\"] } }\n";
    private const string Tags = PushStage.Manifest + "    on: { push: { tags: [\"v*\"] } }\n";

    [Fact(Timeout = 60_000)]
    public async Task A_push_is_answered_with_the_run()
    {
        await using var stage = await PushStage.SetWithWorkerAsync();

        var answer = await stage.PushAsync("main");

        var run = (await stage.RunsAsync()).ShouldHaveSingleItem();
        answer.ShouldBe($"gradientci: digits#1 queued for main at {run.Commit.Sha.Short} (see: gradientci show digits#1 --repo {stage.Bare})");
        run.State.ShouldBe(RunState.Queued);
        run.Commit.Ref.ShouldBe("refs/heads/main");
        run.Origin.ShouldBe($"push refs/heads/main {new string('0', 40)}..{run.Commit.Sha} {run.Commit.Sha}");
        Directory.EnumerateFileSystemEntries(stage.Data.Inbox).Select(Path.GetFileName).ShouldBe([".lock"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_the_tip_of_a_push_is_run()
    {
        await using var stage = await PushStage.SetWithWorkerAsync();
        stage.Commit("Two");
        stage.Commit("Three");

        await stage.PushAsync("main");

        (await stage.SubjectsAsync()).ShouldBe("Three");
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_commit_is_run_oldest_first_with_both_sides_of_a_merge_and_without_what_says_skip()
    {
        await using var stage = await PushStage.SetWithWorkerAsync(EveryCommit);
        await stage.PushAsync("main");
        stage.Work.Git("checkout", "--quiet", "-b", "side");
        stage.Commit("Side", ("side", "1"));
        stage.Work.Git("checkout", "--quiet", "main");
        stage.Commit("Typo [skip ci]", ("readme", "1"));
        stage.Work.Git("merge", "--quiet", "--no-ff", "-m", "Merge", "side");

        var answer = await stage.PushAsync("main");

        (await stage.SubjectsAsync()).ShouldBe("Begin, Side, Merge");
        answer.ShouldContain("starts nothing: its message says [skip ci].");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_forced_push_runs_what_the_old_tip_does_not_lead_to()
    {
        await using var stage = await PushStage.SetWithWorkerAsync(EveryCommit);
        stage.Commit("Old");
        await stage.PushAsync("main");
        stage.Work.Git("reset", "--quiet", "--hard", "HEAD~1");
        stage.Commit("New one");
        stage.Commit("New two");

        await stage.PushAsync("--force", "main");

        (await stage.SubjectsAsync()).ShouldBe("Begin, Old, New one, New two");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_new_branch_runs_what_no_other_ref_led_to()
    {
        await using var stage = await PushStage.SetWithWorkerAsync(EveryCommit);
        await stage.PushAsync("main");
        stage.Work.Git("checkout", "--quiet", "-b", "exp/one");
        stage.Commit("One");
        stage.Work.Git("branch", "exp/two");
        stage.Commit("Two");

        await stage.PushAsync("exp/one", "exp/two");

        (await stage.RunsAsync()).Skip(1).Select(run => $"{run.Commit.RefName}: {run.Commit.Subject}").Order()
            .ShouldBe(["exp/one: One", "exp/one: Two", "exp/two: One"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_deleted_ref_starts_nothing_and_says_nothing()
    {
        await using var stage = await PushStage.SetWithWorkerAsync();
        await stage.PushAsync("main:topic");

        var answer = await stage.PushAsync(":topic");

        answer.ShouldBeEmpty();
        (await stage.RunsAsync()).Length.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Tags_are_run_where_they_are_asked_for_whether_they_are_annotated_or_not()
    {
        await using var stage = await PushStage.SetWithWorkerAsync(Tags);
        stage.Work.Git("tag", "v1");
        stage.Work.Git("tag", "-a", "-m", "Second", "v2");
        stage.Work.Git("tag", "-a", "-m", "Of a tag", "v3", "v2");
        stage.Work.Git("tag", "other");
        stage.Work.Git("tag", "v4", stage.Work.Git("rev-parse", "HEAD:.gradient.yml").Trim());

        var answer = await stage.PushAsync("--tags", "main");

        (await stage.RunsAsync()).Select(run => run.Commit.Ref).ShouldBe(["refs/tags/v1", "refs/tags/v2", "refs/tags/v3"]);
        (await stage.RunsAsync()).ShouldAllBe(run => run.Commit.Subject == "Begin");
        answer.ShouldContain("The tag v4 names no commit, so it starts nothing.");
        answer.ShouldContain("main at ");
    }

    [Fact(Timeout = 60_000)]
    public async Task Paths_are_those_that_the_whole_push_changed()
    {
        await using var stage = await PushStage.SetWithWorkerAsync(Paths);
        await stage.PushAsync("main");
        stage.Commit("Source", ("src/a.py", "1"));
        stage.Commit("Docs", ("readme.md", "1"));
        await stage.PushAsync("main");
        stage.Commit("More docs", ("readme.md", "2"));
        var docs = await stage.PushAsync("main");
        stage.Work.Git("mv", "src/a.py", "a.py");
        stage.Commit("Moved away");
        await stage.PushAsync("main");

        (await stage.SubjectsAsync()).ShouldBe("Docs, Moved away");
        docs.ShouldContain("digits is not run for main at ");
    }

    [Fact(Timeout = 60_000)]
    public async Task Paths_of_a_new_branch_count_from_where_it_left()
    {
        await using var stage = await PushStage.SetWithWorkerAsync(Paths);
        stage.Commit("Source", ("src/a.py", "1"));
        await stage.PushAsync("main");
        stage.Work.Git("checkout", "--quiet", "-b", "docs");
        stage.Commit("Docs", ("readme.md", "1"));
        stage.Work.Git("branch", "same", "main");
        stage.Work.Git("checkout", "--quiet", "-b", "code", "main");
        stage.Commit("Code", ("src/b.py", "1"));
        stage.Commit("Comment", ("readme.md", "2"));

        await stage.PushAsync("docs", "same", "code");

        (await stage.RunsAsync()).Select(run => run.Commit.RefName).ShouldBe(["main", "code"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Paths_of_each_commit_count_when_every_commit_is_run()
    {
        await using var stage = await PushStage.SetWithWorkerAsync(PushStage.Manifest + "    on: { push: { commits: all, paths: [\"src/**\"] } }\n");
        stage.Commit("Source", ("src/a.py", "1"));
        stage.Commit("Docs", ("readme.md", "1"));

        await stage.PushAsync("main");

        (await stage.SubjectsAsync()).ShouldBe("Source");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_manifest_with_errors_is_shown_by_place_and_other_refs_go_on()
    {
        await using var stage = await PushStage.SetWithWorkerAsync();
        stage.Work.Git("checkout", "--quiet", "-b", "broken");
        stage.Commit("Break it", (".gradient.yml", PushStage.Manifest + "    smapler: grid\n"));
        stage.Work.Git("checkout", "--quiet", "--orphan", "empty");
        stage.Work.Git("rm", "--quiet", "-rf", ".");
        stage.Commit("No manifest", ("readme.md", "1"));

        var answer = await stage.PushAsync("broken", "empty", "main");

        answer.ShouldContain("broken at ");
        answer.ShouldContain(".gradient.yml:5:5: error GCI");
        answer.ShouldContain("empty starts nothing. Commit ");
        (await stage.RunsAsync()).ShouldHaveSingleItem().Commit.RefName.ShouldBe("main");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_newer_push_cancels_the_unfinished_runs_of_its_ref_alone()
    {
        await using var stage = await PushStage.SetWithWorkerAsync(EveryCommit + "    cancel-superseded: true\n");
        stage.Commit("Two");
        await stage.PushAsync("main", "main:other");
        var mine = (await stage.RunsAsync())[0];
        await stage.Store.CreateRunAsync(mine with { Origin = "" }, null, default);
        stage.Commit("Three");
        stage.Commit("Four");

        var answer = await stage.PushAsync("main");

        var runs = await stage.RunsAsync();
        runs.Where(run => run.State == RunState.Cancelled).Select(run => $"{run.Id} {run.Commit.RefName}: {run.Problem}")
            .ShouldBe(["digits#1 main: Superseded by digits#6.", "digits#2 main: Superseded by digits#6."]);
        runs.Length.ShouldBe(7);
        answer.ShouldContain("digits#1 is cancelled: superseded by digits#6.");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_thousand_branches_get_a_bounded_answer()
    {
        await using var stage = await PushStage.SetWithWorkerAsync(PushStage.Manifest + "    on: { push: { branches: [\"b/000*\", \"b/002*\", \"b/003*\"] } }\n");
        stage.Work.Git(string.Concat(Enumerable.Range(0, 1005).Select(number => $"create refs/heads/b/{number:d4} HEAD\n")), ["update-ref", "--stdin"]);

        var answer = await stage.PushAsync("refs/heads/b/*:refs/heads/b/*");

        answer.Split('\n').Length.ShouldBeLessThan(50);
        answer.ShouldContain("Only the first 1,000 refs of the push start runs.");
        answer.ShouldContain("… and 10 more runs; list them with gradientci list");
        (await stage.RunsAsync()).Length.ShouldBe(30);
    }

    [Fact(Timeout = 60_000)]
    public async Task Names_of_strangers_do_nothing_to_the_terminal()
    {
        await using var stage = await PushStage.SetWithWorkerAsync(PushStage.Manifest + "    command: \"\\u001b]0;x\\u0007\"\n    \"\\u001b[31m\": 1\n");
        stage.Commit("\u001b[2J\u202Egnp", ("\u001b[1m.py", "1"));

        var answer = await stage.PushAsync("main:refs/heads/\u202E-$(touch${IFS}x)'\"", "main:refs/strange/\u202Ename");

        answer.ShouldContain("starts nothing");
        answer.ShouldNotContain('\u001b');
        answer.ShouldNotContain('\u202E');
        answer.ShouldNotContain('\u0007');
    }

    [Fact(Timeout = 60_000)]
    public async Task A_repository_that_people_work_in_takes_the_hook_too()
    {
        await using var stage = await PushStage.SetWithWorkerAsync();
        var place = stage["in use"];
        stage.Work.Git("init", "--quiet", "--initial-branch=main", place);
        await using (var repository = await GradientCI.Runner.Git.GitRepository.OpenAsync(place, default))
        {
            await new Webhook.Forges.BareGit.PostReceiveHook(repository).InstallAsync(stage.Data, ["/bin/false"], default);
        }

        var answer = await Shell.RunAsync(stage.Work.Path, "git", ["push", place, "main:topic"]);

        answer.All.ShouldContain($"digits#1 queued for topic");
        answer.All.ShouldContain($"--repo '{place}'");
    }
}
