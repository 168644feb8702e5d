using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Executors.Slots;
using GradientCI.Runner.Git;
using GradientCI.Runner.Hosts;
using GradientCI.Runner.Manifests;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workspaces;
using GradientCI.Specs;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Executors;
using System.Text;

namespace GradientCI.Scenarios.Tests;

/// <summary>A repository, a store, a scripted executor and a clock that a test moves: all that a run needs but time.</summary>
internal sealed class Stage : IAsyncDisposable
{
    // A run that is not over after so many steps of the clock waits for something that never comes.
    private const int StepLimit = 20_000;

    // What is neither on the thread nor in the store, a workspace being made for instance, is rarely away for so long.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(1);

    private static readonly Worker Me = new(new WorkerId("me"), "here", 1, TakesAnyRun: true);

    private readonly TestRepository _repository;
    private readonly TemporaryFolder _data;
    private readonly GitRepository _git;
    private readonly SqliteExperimentStore _sqlite;
    private readonly Project _project;
    private readonly Manifest _manifest;
    private readonly Activity _activity = new();

    private Stage(TestRepository repository, TemporaryFolder data, GitRepository git, SqliteExperimentStore sqlite, Manifest manifest, string script, ManualTimeProvider clock)
    {
        (_repository, _data, _git, _sqlite, _manifest, Clock) = (repository, data, git, sqlite, manifest, clock);
        _project = ProjectIdentity.Of(git);
        Executor = new ScriptedExecutor(clock, AttemptScripts.FromJson(script));
        Bench = new Workbench
        {
            Data = new DataFolder(data.Path),
            Store = Counting<IExperimentStore>.Around(sqlite, _activity),
            Queue = Counting<IWorkQueue>.Around(sqlite, _activity),
            Worker = Me.Id,
            Executor = Executor,
            Slots = new SlotPool(4, GpuInventory.Declare(2).Devices),
            Workspaces = new WorkspacePool(data["workspaces"], git),
            Repository = git.Location,
            Options = new OrchestrationOptions { PumpInterval = TimeSpan.FromSeconds(1), ReservedBytes = 0, ReservedFiles = 0 },
            Time = clock,
        };
    }

    public ManualTimeProvider Clock { get; }

    public ScriptedExecutor Executor { get; }

    /// <summary>What runs are driven with; a test may exchange parts.</summary>
    public Workbench Bench { get; set; }

    public static async Task<Stage> SetAsync(string manifest, string script)
    {
        var repository = new TestRepository();
        repository.Write(".gradient.yml", manifest);
        repository.Commit("Set the stage");
        var parsed = ManifestParser.Parse(Encoding.UTF8.GetBytes(manifest), ".gradient.yml");
        parsed.Diagnostics.Where(each => each.Severity == DiagnosticSeverity.Error).ShouldBeEmpty();
        var data = new TemporaryFolder();
        var clock = new ManualTimeProvider();
        var git = await GitRepository.OpenAsync(repository.Path, CancellationToken.None);
        var sqlite = await SqliteExperimentStore.OpenAsync(data.Path, clock, CancellationToken.None);
        var stage = new Stage(repository, data, git, sqlite, parsed.Manifest!, script, clock);
        await sqlite.PutProjectAsync(stage._project, CancellationToken.None);
        await sqlite.RenewAsync(Me, TimeSpan.FromDays(1), CancellationToken.None);
        return stage;
    }

    /// <summary>The experiment of a manifest.</summary>
    public static ExperimentSpec ReadSpec(string manifest)
    {
        var parsed = ManifestParser.Parse(Encoding.UTF8.GetBytes(manifest), ".gradient.yml");
        parsed.Diagnostics.Where(each => each.Severity == DiagnosticSeverity.Error).ShouldBeEmpty();
        return parsed.Manifest!.Experiments[0];
    }

    /// <summary>Records a run of the stage's experiment.</summary>
    /// <param name="spec">What it runs instead of what the manifest says.</param>
    public async Task<Run> PlanAsync(ExperimentSpec? spec = null) => await new RunPlanner(_git, Bench.Store, new Provenance(), Clock).PlanAsync(
        new RunOrder
        {
            Project = _project.Id,
            Commit = await _git.ResolveCommitAsync("HEAD", CancellationToken.None),
            Spec = spec ?? _manifest.Experiments[0],
            ManifestDigest = _manifest.Digest,
            Executor = Executor.Name,
        },
        CancellationToken.None);

    /// <summary>Drives a run to its end, moving the clock while nothing else moves.</summary>
    /// <param name="run">The run.</param>
    /// <param name="atEachStep">Called before each step of the clock.</param>
    public async Task<Run> DriveAsync(Run run, Action<StopSignal>? atEachStep = null)
    {
        using var stop = new StopSignal();
        using var thread = new OneThread();
        var driving = thread.Start(() => new RunDriver(Bench).DriveAsync(run, stop, CancellationToken.None));
        for (var step = 0; step < StepLimit && !driving.IsCompleted; step++)
        {
            Settle(thread, driving);
            atEachStep?.Invoke(stop);
            if (!driving.IsCompleted && Clock.NextDue is { } due)
            {
                Clock.Advance(due - Clock.GetUtcNow());
            }
        }

        driving.IsCompleted.ShouldBeTrue($"The run stands still at {Clock.GetUtcNow():O}.");
        return await driving;
    }

    public async Task<RunSnapshot> SnapshotAsync(Run run) => (await _sqlite.ReadSnapshotAsync(run.Id, 10, CancellationToken.None))!;

    public async ValueTask DisposeAsync()
    {
        await Bench.Workspaces!.DisposeAsync();
        await _sqlite.DisposeAsync();
        await _git.DisposeAsync();
        _repository.Dispose();
        _data.Dispose();
    }

    // Nothing else moves: nothing to run, no call of the store under way, and nothing back from elsewhere for a while.
    private void Settle(OneThread thread, Task driving)
    {
        while (!driving.IsCompleted && (thread.RunNext(Quiet) || _activity.UnderWay > 0))
        {
        }
    }
}
