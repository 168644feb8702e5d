using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Tests.Triggers;

/// <summary>Commits that are asked for before anybody has told of them.</summary>
public sealed class AskedCommitsTests
{
    private const int Patience = 120_000;

    [Fact(Timeout = Patience)]
    public async Task A_commit_that_was_pushed_a_moment_ago_is_fetched_when_it_is_asked_for()
    {
        await using var stage = await StageAsync();
        var pushed = stage.Server.Commit("Later");
        stage.Server.Push("main");

        var commit = await FindAsync(stage, pushed);

        (commit.Subject, commit.Sha.Value).ShouldBe(("Later", pushed));
        stage.Server.Work.Git("--git-dir", stage.Data.Mirror(await ProjectAsync(stage)), "rev-parse", MirrorRefs.Keep(commit.Sha)).Trim().ShouldBe(pushed);
    }

    [Theory(Timeout = Patience)]
    [InlineData("v1")]
    [InlineData("refs/tags/v1")]
    public async Task A_tag_or_a_branch_that_is_new_is_fetched_by_its_name(string name)
    {
        await using var stage = await StageAsync();
        var pushed = stage.Server.Commit("Tagged");
        stage.Server.Work.Git("tag", "v1");
        stage.Server.Push("refs/tags/v1", "HEAD:refs/heads/topic");

        (await FindAsync(stage, name)).Sha.Value.ShouldBe(pushed);
        (await FindAsync(stage, "topic")).Sha.Value.ShouldBe(pushed);
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_here_is_not_fetched_and_what_is_nowhere_is_looked_for_once()
    {
        await using var stage = await StageAsync();
        var before = Asked(stage);

        await FindAsync(stage, "main");
        Asked(stage).ShouldBe(before);
        (await Should.ThrowAsync<GradientException>(() => FindAsync(stage, "nowhere"))).Kind.ShouldBe(FailureKind.Usage);

        // The names that there are, and the branches, which hold nothing new.
        Asked(stage).ShouldBe(before + 2);
    }

    [Fact(Timeout = Patience)]
    public async Task All_who_ask_while_one_fetch_runs_share_the_next()
    {
        await using var stage = await StageAsync();
        var commits = Commits(stage);
        var (fetching, goesOn, fetches) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        stage.Forge.Meanwhile = () =>
        {
            Interlocked.Increment(ref fetches);
            fetching.TrySetResult();
            return goesOn.Task;
        };
        await using var repository = await GitRepository.OpenAsync(stage.Data.Mirror(await ProjectAsync(stage)), default);
        var project = await ProjectAsync(stage);
        var first = commits.FindAsync(project, repository, "nowhere", default);
        await fetching.Task;
        stage.Server.Commit("Later");
        stage.Server.Work.Git("tag", "v1");
        stage.Server.Push("HEAD:refs/heads/topic", "refs/tags/v1");

        var others = Enumerable.Range(0, 20).Select(each => commits.FindAsync(project, repository, each % 2 == 0 ? "topic" : "v1", default)).ToList();
        goesOn.SetResult();

        await Should.ThrowAsync<GradientException>(() => first);
        (await Task.WhenAll(others)).ShouldAllBe(commit => commit.Subject == "Later");
        fetches.ShouldBeInRange(4, 6, "two calls to a fetch, and one late comer may have had a third");
    }

    [Fact(Timeout = Patience)]
    public async Task A_forge_that_cannot_be_reached_is_the_reason_and_not_the_commit()
    {
        await using var stage = await StageAsync();
        stage.Forge.Problem = new ForgeException(ForgeProblem.Unavailable, "The forge is not there.");

        var problem = await Should.ThrowAsync<GradientException>(() => FindAsync(stage, "topic"));

        problem.Kind.ShouldBe(FailureKind.Environment);
        problem.Message.ShouldContain("The forge is not there.");
    }

    [Fact(Timeout = Patience)]
    public async Task Whoever_stops_waiting_does_not_end_the_fetch_for_the_others()
    {
        await using var stage = await StageAsync();
        stage.Server.Commit("Later");
        stage.Server.Push("HEAD:refs/heads/topic");
        var (commits, goesOn, fetching) = (Commits(stage), new TaskCompletionSource(), new TaskCompletionSource());
        stage.Forge.Meanwhile = () =>
        {
            fetching.TrySetResult();
            return goesOn.Task;
        };
        await using var repository = await GitRepository.OpenAsync(stage.Data.Mirror(await ProjectAsync(stage)), default);
        using var gone = new CancellationTokenSource();
        var project = await ProjectAsync(stage);
        var left = commits.FindAsync(project, repository, "topic", gone.Token);
        await fetching.Task;
        var stays = commits.FindAsync(project, repository, "topic", default);

        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => left);
        goesOn.SetResult();

        (await stays).Subject.ShouldBe("Later");
    }

    private static async Task<ForgeStage> StageAsync()
    {
        var stage = await ForgeStage.SetAsync();
        await stage.PushAsync("main");
        return stage;
    }

    private static AskedCommits Commits(ForgeStage stage) => new(stage.Data, stage.Store, stage.Forge, TimeProvider.System);

    private static async Task<ProjectId> ProjectAsync(ForgeStage stage) => (await stage.Forges.FindRepositoryAsync("github", 42, default))!.Project;

    private static async Task<Commit> FindAsync(ForgeStage stage, string revision)
    {
        var project = await ProjectAsync(stage);
        await using var repository = await GitRepository.OpenAsync(stage.Data.Mirror(project), default);
        return await Commits(stage).FindAsync(project, repository, revision, default);
    }

    // Each call of git's begins so.
    private static int Asked(ForgeStage stage) => stage.Server.Paths.Split('\n').Count(path => path.Contains("info/refs", StringComparison.Ordinal));
}
