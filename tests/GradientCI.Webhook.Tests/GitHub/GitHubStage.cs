using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.GitHub;
using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Forges.GitHub;

namespace GradientCI.Webhook.Tests.GitHub;

/// <summary>Our forge before the stand-in, on a clock that the test moves; every call is held to GitHub's description.</summary>
internal sealed class GitHubStage : IDisposable
{
    public const string Token = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
    public const long Installation = 42;
    public static readonly CommitSha Sha = new("6dcb09b5b57875f334f61aebed695e2e4193db5e");

    // More than a pause between writes, less than a try may take: time never runs out on an answer that is on its way.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeApp _app = new();

    private GitHubStage(bool isApp)
    {
        GitHub = new FakeGitHub(Clock);
        Repository = GitHub.AddRepository("acme", "digits");
        Repository.AddPullRequest(7);
        if (isApp)
        {
            GitHub.App = _app;
            Repository.Installation = Installation;
            File.WriteAllText(_folder["app.pem"], _app.PrivateKeyPem);
            Options = new GitHubOptions { ClientId = _app.ClientId, PrivateKeyFile = _folder["app.pem"] };
        }
        else
        {
            GitHub.AddPerson("alice", Token);
            Repository.Permissions["alice"] = "write";
            Options = new GitHubOptions { Token = Token };
        }

        Described = new DescribedHandler(GitHub.Handler());
        Forge = new GitHubForge(Options, Described, Clock);
    }

    public ManualTimeProvider Clock { get; } = new();

    public FakeGitHub GitHub { get; }

    public FakeRepository Repository { get; }

    public GitHubOptions Options { get; }

    public DescribedHandler Described { get; }

    public GitHubForge Forge { get; }

    public ForgeRepository Stored => Repository.ToStored(new ProjectId("acme/digits"));

    public static GitHubStage WithApp() => new(isApp: true);

    public static GitHubStage WithToken() => new(isApp: false);

    public static CommitStatus Status(StatusState state = StatusState.Success, string description = "0.934 ≥ 0.92", string context = "gradientci/digits") =>
        new(Sha, context, state, description, "https://ci.example.org/runs/digits/12");

    public Task PostAsync(CommitStatus? status = null) => DriveAsync(Forge.SetStatusAsync(Stored, status ?? Status(), default));

    /// <summary>Waits for a task, and moves the clock where it waits for a short pause.</summary>
    public async Task<T> DriveAsync<T>(Task<T> task)
    {
        await DriveAsync((Task)task);
        return await task;
    }

    /// <inheritdoc cref="DriveAsync{T}"/>
    public async Task DriveAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            if (Clock.NextDue is { } due && due - Clock.GetUtcNow() is var wait && wait <= Patience)
            {
                Clock.Advance(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            }

            await Task.Yield();
        }

        await task;
    }

    /// <summary>The problem that a call ends with, and that it says no secret.</summary>
    public async Task<ForgeException> FailAsync(Task task)
    {
        var problem = await Should.ThrowAsync<ForgeException>(DriveAsync(task));

        problem.ToString().ShouldNotContain(Token);
        foreach (var secret in GitHub.TokensMade)
        {
            problem.ToString().ShouldNotContain(secret);
        }

        problem.Message.ShouldEndWith(".");
        problem.Message.ShouldNotContain("\n");
        return problem;
    }

    public void Dispose()
    {
        Forge.Dispose();
        _app.Dispose();
        _folder.Dispose();
        Described.Faults.ShouldBeEmpty();
    }
}
