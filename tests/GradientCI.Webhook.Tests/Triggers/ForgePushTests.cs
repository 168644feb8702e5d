using System.Text;
using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Testing.Git;
using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Tests.Triggers;

/// <summary>Pushes to a forge, fetched over real HTTP.</summary>
public sealed class ForgePushTests
{
    private const string Superseding = ForgeStage.Manifest + "    cancel-superseded: true\n";

    [Fact(Timeout = 60_000)]
    public async Task A_push_becomes_a_run_of_the_repositorys_project()
    {
        await using var stage = await ForgeStage.SetAsync();

        var sentence = await stage.PushAsync("main");

        var run = (await stage.RunsAsync()).ShouldHaveSingleItem();
        sentence.ShouldBe($"digits#1 queued for main at {run.Commit.Sha.Short}");
        run.Origin.ShouldBe($"push refs/heads/main {ForgeStage.Zeros}..{run.Commit.Sha} {run.Commit.Sha}");
        var project = (await stage.Store.ListProjectsAsync(default)).ShouldHaveSingleItem();
        project.Name.ShouldBe("ada/digits");
        project.Location.ShouldBe(stage.Data.Mirror(project.Id));
        stage.Server.Work.Git("--git-dir", project.Location, "for-each-ref", "--format=%(refname)").ShouldContain($"refs/gradientci/keep/{run.Commit.Sha}");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_same_push_told_again_makes_no_second_run()
    {
        await using var stage = await ForgeStage.SetAsync();

        await Task.WhenAll(stage.PushAsync("main"), stage.TellPushAsync("refs/heads/main", ForgeStage.Zeros, stage.Server.Head()));
        await stage.TellPushAsync("refs/heads/main", ForgeStage.Zeros, stage.Server.Head());

        (await stage.StatesAsync()).ShouldBe("digits#1 Begin queued");
    }

    [Fact(Timeout = 60_000)]
    public async Task Tags_run_where_they_are_asked_for_and_a_deleted_ref_starts_nothing()
    {
        await using var stage = await ForgeStage.SetAsync(ForgeStage.Manifest + "    on: { push: { tags: [\"v*\"] } }\n");
        stage.Server.Work.Git("tag", "-a", "-m", "First", "v1");
        stage.Server.Push("v1");
        var tag = stage.Server.Work.Git("rev-parse", "v1").Trim();

        await stage.TellPushAsync("refs/tags/v1", ForgeStage.Zeros, tag);
        var sentence = await stage.TellPushAsync("refs/tags/v1", tag, ForgeStage.Zeros);

        (await stage.RunsAsync()).ShouldHaveSingleItem().Commit.Ref.ShouldBe("refs/tags/v1");
        sentence.ShouldStartWith("Nothing to run");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_commit_that_was_pushed_over_is_run_all_the_same_and_one_that_is_gone_is_not()
    {
        await using var stage = await ForgeStage.SetAsync();
        var lost = stage.Server.Commit("Lost");
        stage.Server.Push("main");
        stage.Server.Work.Git("reset", "--quiet", "--hard", "HEAD~1");
        stage.Server.Push("main");

        await stage.TellPushAsync("refs/heads/main", ForgeStage.Zeros, lost);
        var sentence = await stage.TellPushAsync("refs/heads/main", ForgeStage.Zeros, new string('1', 40));

        (await stage.StatesAsync()).ShouldBe("digits#1 Lost queued");
        sentence.ShouldBe("main starts nothing: 1111111111 is gone at the forge.");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_head_that_the_forges_git_did_not_have_yet_counted_as_gone()
    {
        await using var stage = await ForgeStage.SetAsync();
        stage.Heard = new Hearing(TimeProvider.System.GetUtcNow(), 1);
        var late = stage.Server.Commit("Late");

        var problem = await Should.ThrowAsync<GradientException>(() => stage.TellPushAsync("refs/heads/main", ForgeStage.Zeros, late));
        stage.Server.Push("main");
        await stage.TellPushAsync("refs/heads/main", ForgeStage.Zeros, late);
        stage.Heard = new Hearing(stage.Heard.At.AddMinutes(-5), 1);
        var sentence = await stage.TellPushAsync("refs/heads/main", ForgeStage.Zeros, new string('1', 40));

        (problem.Kind, problem.Message).ShouldBe((FailureKind.Environment, $"ada/digits does not have {late[..10]} of main yet."));
        (await stage.StatesAsync()).ShouldBe("digits#1 Late queued");
        sentence.ShouldContain("is gone at the forge");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_manifest_with_errors_is_said_at_its_commit_until_it_is_mended()
    {
        await using var stage = await ForgeStage.SetAsync(ForgeStage.Manifest + "    retires: 2\n");
        var wrong = stage.Server.Head();

        await stage.PushAsync("main");
        await stage.PushAsync("main");

        var remark = (await stage.RemarksAsync(wrong)).ShouldHaveSingleItem();
        (remark.Source, remark.Kind).ShouldBe(("manifest", RemarkKind.Failure));
        remark.Sentence.ShouldStartWith(".gradient.yml:5:5: error GCI");
        remark.Sentence.ShouldContain("retries");
        (await stage.RunsAsync()).ShouldBeEmpty();

        var right = stage.Server.Commit("Mend", ".gradient.yml", ForgeStage.Manifest);
        await stage.PushAsync("main", wrong);

        (await stage.RemarksAsync(right)).ShouldBeEmpty();
        (await stage.StatesAsync()).ShouldBe("digits#1 Mend queued");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_repository_without_a_manifest_is_left_in_peace()
    {
        await using var stage = await ForgeStage.SetAsync();
        stage.Server.Work.Delete(".gradient.yml");
        var without = stage.Server.Work.Commit("Remove");

        var sentence = await stage.PushAsync("main");

        sentence.ShouldContain("has no .gradient.yml");
        (await stage.RemarksAsync(without)).ShouldBeEmpty();
        (await stage.RunsAsync()).ShouldBeEmpty();
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_older_of_two_pushes_is_superseded_in_whichever_order_they_are_told(bool newestFirst)
    {
        await using var stage = await ForgeStage.SetAsync(Superseding);
        var first = stage.Server.Head();
        var second = stage.Server.Commit("Second");
        stage.Server.Push("main");
        (string Old, string New)[] pushes = [(ForgeStage.Zeros, first), (first, second)];

        foreach (var (old, @new) in newestFirst ? pushes.Reverse() : pushes)
        {
            await stage.TellPushAsync("refs/heads/main", old, @new);
        }

        (await stage.RunsAsync()).Where(run => !run.HasEnded).ShouldHaveSingleItem().Commit.Subject.ShouldBe("Second");
    }

    [Fact(Timeout = 600_000)]
    public async Task Two_hundred_pushes_told_in_any_order_leave_the_heads_of_twenty_branches()
    {
        await using var stage = await ForgeStage.SetAsync(Superseding);
        var shas = new List<string> { ForgeStage.Zeros };
        for (var commit = 1; commit <= 10; commit++)
        {
            shas.Add(stage.Server.Commit($"Commit {commit}"));
        }

        var branches = Enumerable.Range(1, 20).Select(branch => $"refs/heads/b{branch}").ToList();
        stage.Server.Push([.. branches.Select(branch => $"HEAD:{branch}")]);
        var events = (from branch in branches from push in Enumerable.Range(1, 10) select (branch, shas[push - 1], shas[push])).ToArray();
        new Random(7).Shuffle(events);

        foreach (var (branch, old, @new) in events)
        {
            await stage.TellPushAsync(branch, old, @new);
        }

        var runs = await stage.RunsAsync();
        runs.Length.ShouldBe(200);
        runs.Where(run => !run.HasEnded).Select(run => $"{run.Commit.Ref} {run.Commit.Subject}").Order(StringComparer.Ordinal)
            .ShouldBe(branches.Select(branch => $"{branch} Commit 10").Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_renamed_repository_stays_its_project()
    {
        await using var stage = await ForgeStage.SetAsync();
        await stage.PushAsync("main");
        stage.Repository = stage.Repository with { Owner = "grace", Name = "numbers", DefaultBranch = "", Installation = null };

        await stage.Events.RepositoryAsync(stage.Repository, stage.Heard, default);

        var known = (await stage.Forges.ListRepositoriesAsync(default)).ShouldHaveSingleItem();
        known.Project.ShouldBe((await stage.RunsAsync())[0].Id.Project);
        (known.FullName, known.DefaultBranch, known.Installation).ShouldBe(("grace/numbers", "main", 7));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_lets_us_in_no_longer_starts_nothing_until_it_does_again()
    {
        await using var stage = await ForgeStage.SetAsync();
        await stage.PushAsync("main");

        await stage.Events.UninstalledAsync("github", 7, stage.Heard, default);
        await stage.Events.RemovedAsync("github", 42, stage.Heard, default);
        var second = stage.Server.Commit("Second");
        var sentence = await stage.PushAsync("main");

        sentence.ShouldContain("no longer lets us in");
        (await stage.StatesAsync()).ShouldBe("digits#1 Begin cancelled");

        await stage.Events.RepositoryAsync(stage.Repository, stage.Heard, default);
        await stage.TellPushAsync("refs/heads/main", ForgeStage.Zeros, second);

        (await stage.StatesAsync()).ShouldBe("digits#1 Begin cancelled, digits#2 Second queued");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_suspended_installation_never_came_back()
    {
        await using var stage = await ForgeStage.SetAsync();
        await stage.PushAsync("main");
        await stage.Events.UninstalledAsync("github", 7, stage.Heard, default);

        await stage.Events.ReinstalledAsync("github", 7, stage.Heard, default);
        stage.Server.Commit("Second");
        await stage.PushAsync("main");

        (await stage.StatesAsync()).ShouldBe("digits#1 Begin cancelled, digits#2 Second queued");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_forge_that_gives_no_token_now_is_asked_again()
    {
        await using var stage = await ForgeStage.SetAsync();
        stage.Forge.Problem = new ForgeException(ForgeProblem.Unavailable, "GitHub did not answer.");

        (await Should.ThrowAsync<GradientException>(() => stage.PushAsync("main"))).Kind.ShouldBe(FailureKind.Environment);
        stage.Forge.Problem = null;
        await stage.PushAsync("main");

        (await stage.StatesAsync()).ShouldBe("digits#1 Begin queued");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_that_gits_server_did_not_take_was_given_again_until_it_ended()
    {
        await using var stage = await ForgeStage.SetAsync();
        stage.Forge.Token = "ghs_revoked";

        await Should.ThrowAsync<GradientException>(() => stage.PushAsync("main"));

        stage.Forge.Refused.ShouldBe(["ghs_revoked"]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("ext::sh -c touch% /tmp/canary")]
    [InlineData("--upload-pack=touch /tmp/canary")]
    [InlineData("https://ada:secret@github.com/ada/digits.git")]
    public async Task A_clone_url_that_is_none_starts_nothing(string url)
    {
        await using var stage = await ForgeStage.SetAsync();
        stage.Repository = stage.Repository with { CloneUrl = url };

        var sentence = await stage.PushAsync("main");

        sentence.ShouldStartWith("ada/digits starts nothing. The clone URL ");
        sentence.ShouldNotContain("secret");
    }

    [Fact(Timeout = 60_000)]
    public async Task Names_of_branches_are_never_options_or_commands()
    {
        await using var stage = await ForgeStage.SetAsync();
        string[] names = ["--upload-pack=touch${IFS}canary", "$(touch${IFS}canary)", "`id>canary`", ";id>canary", "-", "@"];

        foreach (var name in names)
        {
            await stage.PushAsync(name);
        }

        (await stage.RunsAsync()).Select(run => run.Commit.RefName).ShouldBe(names);
        Directory.EnumerateFiles(stage.Data.Root, "canary", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_token_is_in_no_file_no_argument_and_no_record()
    {
        await using var stage = await ForgeStage.SetAsync();

        await stage.PushAsync("main");
        stage.Server.Work.Git("--git-dir", stage.Server.Bare, "update-ref", "refs/pull/7/head", stage.Server.Head());
        await stage.Events.PullRequestAsync(stage.Repository, stage.PullRequest(isFork: true), stage.Heard, default);

        stage.Server.HasLeaked.ShouldBeFalse();
        foreach (var file in Directory.EnumerateFiles(stage.Data.Root, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            var text = await reader.ReadToEndAsync();
            RemoteServer.Secrets.ShouldAllBe(secret => !text.Contains(secret, StringComparison.Ordinal));
        }
    }
}
