using System.Collections.Immutable;
using System.Text;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Executors.Slots;
using GradientCI.Runner.Git;
using GradientCI.Runner.Hosts;
using GradientCI.Runner.Manifests;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workspaces;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Executors;

namespace GradientCI.Scenarios.Tests;

/// <summary>Runs a folder of <c>tests/scenarios</c>: its manifest, on a scripted executor and a clock that a test moves.</summary>
internal sealed class Scenario(string folder) : IAsyncDisposable
{
    // A scenario that is not over after so many steps of the clock waits for something that never comes.
    private const int StepLimit = 20_000;

    private readonly ManualTimeProvider _clock = new();
    private readonly TemporaryFolder _data = new();
    private readonly TestRepository _repository = new();
    private readonly Activity _activity = new();

    public async Task<RunSnapshot> PlayAsync()
    {
        var manifest = await File.ReadAllBytesAsync(Path.Combine(folder, ".gradient.yml"));
        _repository.Write(".gradient.yml", Encoding.UTF8.GetString(manifest));
        _repository.Commit(Path.GetFileName(folder));
        var parsed = ManifestParser.Parse(manifest, ".gradient.yml");
        parsed.Diagnostics.Where(each => each.Severity == DiagnosticSeverity.Error).ShouldBeEmpty();

        await using var git = await GitRepository.OpenAsync(_repository.Path, CancellationToken.None);
        await using var sqlite = await SqliteExperimentStore.OpenAsync(_data.Path, _clock, CancellationToken.None);
        var store = Counting<IExperimentStore>.Around(sqlite, _activity);
        var project = ProjectIdentity.Of(git);
        await store.PutProjectAsync(project, CancellationToken.None);
        await using var workspaces = new WorkspacePool(_data["workspaces"], git);
        var executor = new ScriptedExecutor(_clock, AttemptScripts.FromJson(await File.ReadAllTextAsync(Path.Combine(folder, "script.json"))));
        var bench = new Workbench
        {
            Data = new DataFolder(_data.Path),
            Store = store,
            Executor = executor,
            Slots = new SlotPool(4, GpuInventory.Declare(2).Devices),
            Workspaces = workspaces,
            Repository = git.Location,
            Options = new OrchestrationOptions { PumpInterval = TimeSpan.FromSeconds(1), ReservedBytes = 0 },
            Time = _clock,
        };
        var run = await new RunPlanner(git, store, new Provenance(), _clock).PlanAsync(
            new RunOrder
            {
                Project = project.Id,
                Commit = await git.ResolveCommitAsync("HEAD", CancellationToken.None),
                Spec = parsed.Manifest!.Experiments[0],
                ManifestDigest = parsed.Manifest.Digest,
                Executor = executor.Name,
            },
            CancellationToken.None);

        using var stop = new StopSignal();
        await MoveClockUntilAsync(new RunDriver(bench).DriveAsync(run, stop));
        return (await store.ReadSnapshotAsync(run.Id, 10, CancellationToken.None))!;
    }

    public ValueTask DisposeAsync()
    {
        _repository.Dispose();
        _data.Dispose();
        return ValueTask.CompletedTask;
    }

    // The clock moves only while nothing else does: no call under way, and none begun for a while of yielding.
    private async Task MoveClockUntilAsync(Task driving)
    {
        for (var step = 0; step < StepLimit && !driving.IsCompleted; step++)
        {
            await SettleAsync(driving);
            if (!driving.IsCompleted && _clock.NextDue is { } due)
            {
                _clock.Advance(due - _clock.GetUtcNow());
            }
        }

        driving.IsCompleted.ShouldBeTrue($"The scenario stands still at {_clock.GetUtcNow():O}.");
        await driving;
    }

    private async Task SettleAsync(Task driving)
    {
        for (var (quiet, seen) = (0, -1); quiet < 50 && !driving.IsCompleted; quiet++)
        {
            if (_activity.UnderWay > 0 || _activity.Begun != seen)
            {
                (quiet, seen) = (0, _activity.Begun);
            }

            await Task.Yield();
        }
    }
}
