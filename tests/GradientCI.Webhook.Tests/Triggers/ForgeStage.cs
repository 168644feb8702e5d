using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Git;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Tests.Triggers;

/// <summary>A forge's repository over real HTTP, a data folder, and what turns events into runs.</summary>
internal sealed class ForgeStage : IAsyncDisposable
{
    public const string Manifest = "version: 1\nexperiments:\n  digits:\n    command: \"true\"\n";
    public static readonly string Zeros = new('0', 40);
    private static readonly DateTimeOffset Noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    private ForgeStage(RemoteServer server, SqliteExperimentStore store)
    {
        (Server, Store) = (server, store);
    }

    public RemoteServer Server { get; }

    public SqliteExperimentStore Store { get; private set; }

    public IForgeStore Forges => Store;

    public TokenForge Forge { get; } = new();

    public DataFolder Data => new(_folder["data"]);

    public RemoteRepository Repository { get; set; } = null!;

    /// <summary>When what is told was heard: long ago.</summary>
    public Hearing Heard { get; set; } = new(Noon, 1);

    public ForgeEvents Events => new(Data, Store, Store, Forge, new Provenance(), "process", TimeProvider.System) { ForkLimits = ForkLimits };

    public ForkLimits ForkLimits { get; set; } = ForkLimits.Default;

    public PullRequestRuns PullRequests => new(Data, Store, Store, new Provenance(), "process", TimeProvider.System);

    /// <summary>Sets the stage, with a manifest on <c>main</c>.</summary>
    public static async Task<ForgeStage> SetAsync(string manifest = Manifest)
    {
        var stage = new ForgeStage(await RemoteServer.StartAsync(), null!);
        stage.Store = await SqliteExperimentStore.OpenAsync(stage.Data.Root, TimeProvider.System, default);
        stage.Repository = new RemoteRepository("github", 42, "ada", "digits", stage.Server.Url, "main", 7);
        stage.Server.Commit("Begin", ".gradient.yml", manifest);
        stage.Server.Push("main");
        return stage;
    }

    /// <summary>Tells of a push of the present commit that was, or was not, made.</summary>
    public Task<string> TellPushAsync(string reference, string old, string @new) =>
        Events.PushAsync(Repository, [RefUpdate.Parse($"{old} {@new} {reference}")!], Heard, default);

    /// <summary>Pushes the present commit to a branch, and tells of it.</summary>
    public async Task<string> PushAsync(string branch, string? old = null)
    {
        Server.Push($"HEAD:refs/heads/{branch}");
        return await TellPushAsync($"refs/heads/{branch}", old ?? Zeros, Server.Head());
    }

    /// <summary>A pull request of the present commit into <c>main</c>.</summary>
    public PullRequest PullRequest(bool isFork = false, int minute = 0, string? head = null) => new()
    {
        Project = default,
        Number = 7,
        Head = new CommitSha(head ?? Server.Head()),
        HeadRef = "topic",
        HeadRepository = isFork ? "eve/digits" : "ada/digits",
        IsFork = isFork,
        BaseRef = "main",
        Base = new CommitSha(Server.Work.Git("rev-parse", "main").Trim()),
        Author = isFork ? "eve" : "ada",
        UpdatedAt = Noon.AddMinutes(minute),
    };

    /// <summary>Puts the present commit where the forge keeps the head of the pull request, and tells of it.</summary>
    public async Task<string> PullAsync(PullRequest? pullRequest = null)
    {
        Server.Push("HEAD:refs/pull/7/head");
        return await Events.PullRequestAsync(Repository, pullRequest ?? PullRequest(), Heard, default);
    }

    /// <summary>Lets a commit run, and does what follows.</summary>
    public async Task ApproveAsync(string head)
    {
        var repository = (await Forges.FindRepositoryAsync("github", 42, default))!;
        await Forges.ApproveAsync(new Approval(repository.Project, 7, new CommitSha(head), "ada@box", Noon), default);
        await PullRequests.TakeAsync(repository, (await Forges.FindPullRequestAsync(repository.Project, 7, default))!, default);
    }

    public async Task<ImmutableArray<Run>> RunsAsync() => [.. (await Store.ListRunsAsync(new RunQuery { Limit = 10_000 }, default)).Reverse()];

    /// <summary>The runs and where they stand: <c>digits#1 Begin queued</c>.</summary>
    public async Task<string> StatesAsync() =>
        string.Join(", ", (await RunsAsync()).Select(run => $"{run.Id} {run.Commit.Subject} {run.State.ToString().ToLowerInvariant()}"));

    public async Task<ImmutableArray<CommitRemark>> RemarksAsync(string sha) =>
        await Forges.ListRemarksAsync((await Forges.FindRepositoryAsync("github", 42, default))!.Project, new CommitSha(sha), default);

    public async Task FinishAsync(RunId run)
    {
        (await Store.UpdateRunAsync(new RunUpdate(run, [RunState.Queued], RunState.Running, Noon), default)).ShouldBeTrue();
        (await Store.UpdateRunAsync(new RunUpdate(run, [RunState.Running], RunState.Finished, Noon), default)).ShouldBeTrue();
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Server.Dispose();
        _folder.Dispose();
    }
}
