using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Webhook.Forges.BareGit;

namespace GradientCI.Webhook.Tests.BareGit;

/// <summary>A bare repository with the hook, a clone to push from, a data folder, and this process as its worker.</summary>
internal sealed class PushStage : IAsyncDisposable
{
    public const string Manifest = "version: 1\nexperiments:\n  digits:\n    command: \"true\"\n";

    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private FileStream? _presence;
    private Task _working = Task.CompletedTask;

    private PushStage()
    {
    }

    public TestRepository Work { get; } = new();

    public string Bare => _folder["digits.git"];

    public string Hook => _folder["digits.git/hooks/post-receive"];

    public DataFolder Data => new(_folder["data"]);

    public IExperimentStore Store { get; private set; } = null!;

    public PushInbox Inbox { get; private set; } = null!;

    public string this[string relative] => _folder[relative];

    /// <summary>Sets the stage, with a first commit that nobody has pushed.</summary>
    public static async Task<PushStage> SetAsync(string manifest = Manifest, string? program = null)
    {
        var stage = new PushStage();
        stage.Work.Git("init", "--quiet", "--bare", "--initial-branch=main", stage.Bare);
        stage.Store = await SqliteExperimentStore.OpenAsync(stage.Data.Root, TimeProvider.System, default);
        stage.Inbox = new PushInbox(stage.Data, stage.Store, new Provenance(), TimeProvider.System);
        await using (var repository = await GitRepository.OpenAsync(stage.Bare, default))
        {
            await new PostReceiveHook(repository).InstallAsync(stage.Data, [program ?? "/nowhere/gradientci"], default);
        }

        stage.Work.Write(".gradient.yml", manifest);
        stage.Work.Commit("Begin");
        return stage;
    }

    /// <summary>The same, with a worker that takes pushes as they come.</summary>
    public static async Task<PushStage> SetWithWorkerAsync(string manifest = Manifest)
    {
        var stage = await SetAsync(manifest);
        stage.PretendToWork();
        stage._working = stage.WorkAsync();
        return stage;
    }

    /// <summary>Holds what living workers hold, so that hooks start none.</summary>
    public void PretendToWork() => _presence = new FileStream(Data.WorkersLock, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read);

    /// <summary>Pushes and returns what the pusher sees of the hook, without git's own words.</summary>
    public async Task<string> PushAsync(params string[] words)
    {
        var answer = await Shell.RunAsync(Work.Path, "git", ["push", Bare, .. words]);

        answer.Code.ShouldBe(0, answer.All);
        return string.Join('\n', answer.Error.Split('\n').Where(line => line.StartsWith("remote: ", StringComparison.Ordinal)).Select(line => line["remote: ".Length..].TrimEnd()));
    }

    public string Commit(string message, params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files)
        {
            Work.Write(path, text);
        }

        return Work.Commit(message);
    }

    public async Task<ImmutableArray<Run>> RunsAsync() => [.. (await Store.ListRunsAsync(new RunQuery { Limit = 10_000 }, default)).Reverse()];

    /// <summary>The subjects of the commits that were recorded, in that order.</summary>
    public async Task<string> SubjectsAsync() => string.Join(", ", (await RunsAsync()).Select(run => run.Commit.Subject));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _working;
        }
        catch (OperationCanceledException)
        {
        }

        if (_presence is not null)
        {
            await _presence.DisposeAsync();
        }

        await Store.DisposeAsync();
        Work.Dispose();
        _folder.Dispose();
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        while (true)
        {
            await Inbox.ArrivedAsync(_stop.Token);
            await Inbox.TakeAsync(_stop.Token);
        }
    }
}
