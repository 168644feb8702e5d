using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workspaces;

namespace GradientCI.Scenarios.Tests;

/// <summary>What the trials of a project share: how much, and who may write it.</summary>
public sealed class StorageTests
{
    private const string Script = """[{ "seconds": 60 }]""";

    private const string LongScript = """[{ "seconds": 600 }]""";

    private const string Manifest = """
        version: 1
        experiments:
          demo:
            command: python train.py
        """;

    [Fact(Timeout = 60_000)]
    public async Task Over_its_quota_no_trial_starts_until_somebody_made_room()
    {
        await using var stage = await Stage.SetAsync(Manifest, Script);
        var run = await stage.PlanAsync();
        var folder = Directory.CreateDirectory(stage.Bench.Data.Storage(run.Id.Project)).FullName;
        var large = Path.Combine(folder, "deep", "large");
        Directory.CreateDirectory(Path.GetDirectoryName(large)!);
        await File.WriteAllBytesAsync(large, new byte[3 << 20]);
        var waits = new Waiting();
        stage.Bench = stage.Bench with { Quota = new StorageQuota(folder, 2 << 20, stage.Clock), Observer = waits };
        var begun = stage.Clock.GetUtcNow();

        run = await stage.DriveAsync(run, _ =>
        {
            if (stage.Clock.GetUtcNow() - begun > TimeSpan.FromMinutes(5))
            {
                File.Delete(large);
            }
        });

        run.State.ShouldBe(RunState.Finished);
        (await stage.SnapshotAsync(run)).Trials.ShouldHaveSingleItem().Trial.StartedAt.ShouldNotBeNull().ShouldBeGreaterThan(begun.AddMinutes(5));
        waits.Sentences.Distinct(StringComparer.Ordinal).ShouldBe([$"What the project's trials share in {folder} is more than the 2 MiB of its quota: no trial starts until there is less."]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stranger_is_not_kept_waiting_by_what_it_may_not_write()
    {
        await using var stage = await Stage.SetAsync(Manifest, Script);
        var run = await stage.PlanAsync();
        var folder = Directory.CreateDirectory(stage.Bench.Data.Storage(run.Id.Project)).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "large"), new byte[3 << 20]);
        stage.Bench = stage.Bench with { Quota = new StorageQuota(folder, 2 << 20, stage.Clock) };

        run = await stage.Bench.Store.CreateRunAsync(run with { Spec = run.Spec with { MayWriteStorage = false } }, null, CancellationToken.None);

        run = await stage.DriveAsync(run);

        (await stage.SnapshotAsync(run)).Trials.ShouldHaveSingleItem().Trial.State.ShouldBe(TrialState.Succeeded);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("artifacts", "Ended: it had written more than twice the 1 MiB that are kept of a trial to $GRADIENT_ARTIFACTS.")]
    [InlineData("checkpoints", "Ended: it had written more than 2 MiB to $GRADIENT_CHECKPOINT.")]
    [InlineData("storage", "Ended: what the project's trials share in $GRADIENT_STORAGE is more than twice its quota, and this one may write there.")]
    public async Task A_trial_that_writes_without_end_is_ended_while_it_runs(string kind, string reason)
    {
        await using var stage = await Stage.SetAsync(Manifest, LongScript);
        var run = await stage.PlanAsync();
        Bound(stage, run);
        var begun = stage.Clock.GetUtcNow();

        run = await stage.DriveAsync(run, _ => Write(FolderOf(kind, stage, run), stage.Clock.GetUtcNow() - begun > TimeSpan.FromMinutes(3) ? (2 << 20) + 1 : 0));

        var trial = (await stage.SnapshotAsync(run)).Trials.ShouldHaveSingleItem().Trial;
        (trial.State, trial.Reason).ShouldBe((TrialState.Failed, reason));
        trial.Attempts.ShouldHaveSingleItem().EndedAt.ShouldNotBeNull().ShouldBeInRange(begun.AddMinutes(3), begun.AddMinutes(4));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("artifacts")]
    [InlineData("checkpoints")]
    [InlineData("storage")]
    public async Task What_is_beyond_the_bound_and_not_far_beyond_ends_no_trial_and_keeps_no_run_open(string kind)
    {
        await using var stage = await Stage.SetAsync(Manifest, LongScript);
        var run = await stage.PlanAsync();
        Bound(stage, run);

        run = await stage.DriveAsync(run, _ => Write(FolderOf(kind, stage, run), stage.Executor.Requests.IsEmpty ? 0 : 2 << 20));

        (await stage.SnapshotAsync(run)).Trials.ShouldHaveSingleItem().Trial.State.ShouldBe(TrialState.Succeeded);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true, "image", false)]
    [InlineData(false, "image", true)]
    public async Task A_container_of_a_stranger_has_it_read_only(bool mayWrite, string image, bool isReadOnly)
    {
        await using var stage = await Stage.SetAsync(Manifest, Script);
        var run = await stage.PlanAsync();
        run = run with { Spec = run.Spec with { MayWriteStorage = mayWrite, Image = image } };

        RequestOf(run, stage).Mounts.ShouldContain(new AttemptMount(stage.Bench.Data.Storage(run.Id.Project), isReadOnly));
        RequestOf(run, stage).Environment["GRADIENT_STORAGE"].ShouldBe(stage.Bench.Data.Storage(run.Id.Project));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stranger_on_the_host_has_a_folder_of_its_own()
    {
        await using var stage = await Stage.SetAsync(Manifest, Script);
        var run = await stage.PlanAsync();
        run = run with { Spec = run.Spec with { MayWriteStorage = false } };

        var storage = RequestOf(run, stage).Environment["GRADIENT_STORAGE"];

        storage.ShouldStartWith(stage.Bench.Data.Kind("attempts"));
    }

    private static void Bound(Stage stage, Run run) => stage.Bench = stage.Bench with
    {
        Options = stage.Bench.Options with { Kept = new KeptBounds(10, 1 << 20), CheckpointBytes = 2 << 20 },
        Quota = new StorageQuota(stage.Bench.Data.Storage(run.Id.Project), 1 << 20, stage.Clock),
    };

    private static string FolderOf(string kind, Stage stage, Run run) => kind switch
    {
        "artifacts" => stage.Bench.Data.Artifacts(new TrialId(run.Id, 1)),
        "checkpoints" => stage.Bench.Data.Checkpoint(new TrialId(run.Id, 1)),
        _ => stage.Bench.Data.Storage(run.Id.Project),
    };

    private static void Write(string folder, long bytes)
    {
        if (bytes > 0)
        {
            using var file = File.OpenWrite(Path.Combine(Directory.CreateDirectory(folder).FullName, "file"));
            file.SetLength(bytes);
        }
    }

    private static AttemptRequest RequestOf(Run run, Stage stage)
    {
        var attempt = new Attempt { Id = new AttemptId(new TrialId(run.Id, 1), 1), PreparingAt = stage.Clock.GetUtcNow() };
        var trial = new Trial { Id = attempt.Id.Trial, ParameterSetNumber = 1, Repeat = 1, Parameters = SearchSpaces.ParameterSet.Empty, Seed = 1, Command = ["true"], Fingerprint = "", Attempts = [attempt] };
        return AttemptRequests.Of(run, trial, attempt, "/workspace", AttemptSecrets.None, stage.Bench);
    }
}
