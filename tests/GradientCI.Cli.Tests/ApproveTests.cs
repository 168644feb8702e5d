using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

/// <summary>A commit of a fork waits in the record, with its mirror, until a person lets it run.</summary>
public sealed class ApproveTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ProjectId Project = new("digits-000000000042");

    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly GradientCliHost _cli;

    public ApproveTests()
    {
        _cli = new GradientCliHost(_repository.Path);
    }

    private string Mirror => new DataFolder(_cli.Data).Mirror(Project);

    [Fact(Timeout = 60_000)]
    public async Task Nothing_waits_where_nothing_was_told() =>
        (await _cli.TypeAsync("approve")).ShouldEndWith(0).Out.ShouldBe("Nothing waits for approval.\n");

    [Fact(Timeout = 60_000)]
    public async Task What_waits_is_listed_without_a_strangers_control_characters()
    {
        var head = await AddWaitingAsync();

        var answer = (await _cli.TypeAsync("approve")).ShouldEndWith(0);

        answer.Out.ShouldContain($"ada/digits#7  head {head[..7]}  by eve");
        answer.Out.ShouldContain($"gradientci approve ada/digits#7 --sha {head}");
        answer.Out.ShouldNotContain("\u001b");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_approval_queues_the_runs_of_exactly_that_commit()
    {
        var head = await AddWaitingAsync();

        var answer = (await _cli.TypeAsync("approve", "Ada/Digits#7", "--sha", head)).ShouldEndWith(0);

        answer.Out.ShouldBe($"ada/digits#7 may run at {head}; a new commit needs a new approval.\ntoy#1 queued for refs/pull/7/head at {head[..10]}\n");
        (await _cli.TypeAsync("approve")).Out.ShouldBe("Nothing waits for approval.\n");
        (await _cli.TypeAsync("show", "toy#1", "--repo", Mirror)).ShouldEndWith(0).Out.ShouldContain(head[..10]);
        await using var store = await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, None);
        (await store.FindApprovalAsync(Project, 7, new CommitSha(head), None))!.By.ShouldBe($"{Environment.UserName}@{Environment.MachineName}");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("ada/digits#7", "1234567", "The head of ada/digits#7 is ")]
    [InlineData("ada/digits#7", "12", "The head of ada/digits#7 is ")]
    [InlineData("ada/digits#8", null, "ada/digits#8 waits for no approval.")]
    [InlineData("ada/digits", null, "'ada/digits' is not the name of a pull request.")]
    public async Task Anything_else_is_refused(string name, string? sha, string message)
    {
        await AddWaitingAsync();

        var answer = (await _cli.TypeAsync(["approve", name, .. sha is null ? (string[])[] : ["--sha", sha]])).ShouldEndWith(2);

        answer.Error.ShouldContain(message);
        (await _cli.TypeAsync("approve")).Out.ShouldContain("ada/digits#7");
    }

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
    }

    private async Task<string> AddWaitingAsync()
    {
        var @base = _repository.Git("rev-parse", "HEAD").Trim();
        _repository.Git("checkout", "--quiet", "-b", "stranger");
        _repository.Write("train.sh", ExampleRepository.Script(3));
        var head = _repository.Commit("Stranger");
        _repository.Git("clone", "--quiet", "--bare", "--single-branch", "--branch", "main", _repository.Path, Mirror);
        _repository.Git("push", "--quiet", Mirror, "stranger:refs/gradientci/pull/7");

        await using var store = await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, None);
        var repository = new ForgeRepository(Project, "github", 42, "ada", "digits", "https://forge.test/ada/digits.git", "main");
        await store.PutRepositoryAsync(new Project(Project, repository.FullName, Mirror), repository, None);
        await store.PutPullRequestAsync(
            new PullRequest
            {
                Project = Project,
                Number = 7,
                Head = new CommitSha(head),
                HeadRef = "stranger",
                HeadRepository = "eve/digits",
                IsFork = true,
                BaseRef = "main",
                Base = new CommitSha(@base),
                Author = "eve\u001b[31m",
                UpdatedAt = DateTimeOffset.UnixEpoch,
            },
            None);
        await store.PutRemarkAsync(new CommitRemark(Project, new CommitSha(head), "approval", RemarkKind.Waiting, "Waits.", ""), None);
        return head;
    }
}
