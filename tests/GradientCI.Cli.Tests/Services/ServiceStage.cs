using System.Text.Json.Nodes;
using GradientCI.Cli.Tests.Faults;
using GradientCI.Experiments;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing.Git;
using GradientCI.Testing.GitHub;

namespace GradientCI.Cli.Tests.Services;

/// <summary>GitHub as far as it can stand here: its API with a memory, its repository over real HTTP, and a real service that hears of it.</summary>
internal sealed class ServiceStage : IAsyncDisposable
{
    public const string Manifest = """
        version: 1
        experiments:
          digits:
            command: |
              echo '{"metrics": {"acc": 0.93}}'
            objective: { maximize: acc }
            checks: { acc: ">= 0.9" }
        """;

    private static readonly string Zeros = new('0', 40);
    private readonly SemaphoreSlim _called = new(0);
    private readonly FakeGitHubServer _server;
    private int _deliveries;

    private ServiceStage(FakeGitHub github, FakeGitHubServer server, RemoteServer remote)
    {
        (GitHub, _server, Remote) = (github, server, remote);
        github.AddPerson("gradientci-bot", RemoteServer.Token);
        Repository = github.AddRepository("ada", "digits");
        Repository.Permissions["gradientci-bot"] = "write";
        github.Intercept = _ =>
        {
            _called.Release();
            return null;
        };
        Served = new ServedFolder(server.Url, RemoteServer.Token);
    }

    public FakeGitHub GitHub { get; }

    public FakeRepository Repository { get; }

    public RemoteServer Remote { get; }

    public ServedFolder Served { get; }

    public static async Task<ServiceStage> SetAsync(string manifest = Manifest, string? engine = null)
    {
        var github = new FakeGitHub(TimeProvider.System);
        var stage = new ServiceStage(github, await FakeGitHubServer.StartAsync(github), await RemoteServer.StartAsync());
        stage.Remote.Commit("Begin", ".gradient.yml", manifest);
        stage.Remote.Push("main");
        stage.Served.Engine = engine;
        await stage.Served.StartAsync();
        return stage;
    }

    /// <summary>Pushes the present commit to a branch, and delivers it; again until it is acknowledged.</summary>
    public async Task<string> PushAsync(string branch)
    {
        Remote.Push($"HEAD:refs/heads/{branch}");
        await DeliverAsync("push", new JsonObject
        {
            ["ref"] = $"refs/heads/{branch}", ["before"] = Zeros, ["after"] = Remote.Head(), ["repository"] = RepositoryJson(),
        });
        return Remote.Head();
    }

    /// <summary>Delivers that pull request 7 was opened with the present commit.</summary>
    public async Task<string> PullAsync(string action, bool isFork = false)
    {
        Remote.Push("HEAD:refs/pull/7/head");
        var head = Remote.Head();
        Repository.AddPullRequest(7, head, Remote.Work.Git("rev-parse", "main").Trim());
        await DeliverAsync("pull_request", new JsonObject
        {
            ["action"] = action,
            ["number"] = 7,
            ["repository"] = RepositoryJson(),
            ["pull_request"] = new JsonObject
            {
                ["number"] = 7,
                ["state"] = "open",
                ["draft"] = false,
                ["updated_at"] = DateTimeOffset.UnixEpoch.AddYears(56).AddMinutes(_deliveries).ToString("O"),
                ["user"] = new JsonObject { ["login"] = isFork ? "eve" : "ada" },
                ["head"] = new JsonObject
                {
                    ["ref"] = "topic", ["sha"] = head,
                    ["repo"] = new JsonObject { ["id"] = isFork ? 99 : Repository.Id, ["full_name"] = isFork ? "eve/digits" : "ada/digits" },
                },
                ["base"] = new JsonObject { ["ref"] = "main", ["sha"] = Remote.Work.Git("rev-parse", "main").Trim(), ["repo"] = RepositoryJson() },
            },
        });
        return head;
    }

    /// <summary>Somebody comments at pull request 7, and it is delivered.</summary>
    public async Task<FakeComment> SayAsync(string login, string body)
    {
        var comment = Repository.AddComment(7, login, body);
        await DeliverAsync("issue_comment", new JsonObject
        {
            ["action"] = "created",
            ["repository"] = RepositoryJson(),
            ["issue"] = new JsonObject { ["number"] = 7, ["pull_request"] = new JsonObject() },
            ["comment"] = new JsonObject
            {
                ["id"] = comment.Id, ["body"] = body, ["author_association"] = "MEMBER",
                ["created_at"] = DateTimeOffset.UnixEpoch.AddYears(57).ToString("O"),
                ["user"] = new JsonObject { ["login"] = login, ["type"] = "User" },
            },
        });
        return comment;
    }

    /// <summary>Waits until GitHub has been told so.</summary>
    public async Task UntilAsync(Func<bool> isTold)
    {
        while (!isTold())
        {
            // A call is heard of before it has its effect, so the last one is looked at once more.
            await _called.WaitAsync(TimeSpan.FromMilliseconds(100));
        }
    }

    public async Task<IReadOnlyList<Run>> RunsAsync()
    {
        await using var store = await SqliteExperimentStore.OpenAsync(Served.Data, TimeProvider.System, CancellationToken.None);
        return await store.ListRunsAsync(new RunQuery { Limit = 1000 }, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        Served.Dispose();
        await _server.DisposeAsync();
        Remote.Dispose();
        _called.Dispose();
    }

    private async Task DeliverAsync(string @event, JsonObject payload) =>
        (await Served.DeliverAsync($"delivery-{Interlocked.Increment(ref _deliveries)}", @event, payload)).ShouldBe("accepted", Served.Said);

    private JsonObject RepositoryJson() => new()
    {
        ["id"] = Repository.Id, ["name"] = "digits", ["full_name"] = "ada/digits", ["clone_url"] = Remote.Url, ["default_branch"] = "main",
        ["owner"] = new JsonObject { ["login"] = "ada" },
    };
}
