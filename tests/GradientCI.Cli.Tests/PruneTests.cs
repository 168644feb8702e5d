using System.Diagnostics;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Runner;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Cli.Tests;

/// <summary>What is deleted, what never is, and that a death in between loses nothing of either.</summary>
public sealed class PruneTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly GradientCliHost _cli;

    public PruneTests()
    {
        _cli = new GradientCliHost(_repository.Path);
    }

    private DataFolder Data => new(_cli.Data);

    [Fact(Timeout = 60_000)]
    public async Task Nothing_is_deleted_before_it_is_said_twice()
    {
        await AddRunsAsync(4);

        var dry = (await _cli.TypeAsync("prune", "--keep", "1", "--all-projects")).ShouldEndWith(0);

        dry.Out.ShouldContain("3 runs may go: digits#1, digits#2, digits#3");
        dry.Out.ShouldContain("Nothing was deleted. To delete it, add: --yes");
        dry.Out.ShouldMatch(@"logs +3 +18 B");
        Folders("logs").ShouldBe(["digits-1", "digits-2", "digits-3", "digits-4"]);
        (await ListAsync()).ShouldBe(["digits#4", "digits#3", "digits#2", "digits#1"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_goes_goes_from_the_record_and_from_the_disk()
    {
        await AddRunsAsync(4);
        (await PinAsync("digits#2")).ShouldEndWith(0);

        var answer = (await _cli.TypeAsync("prune", "--keep", "1", "--all-projects", "--yes")).ShouldEndWith(0);

        answer.Out.ShouldContain("Deleted 2 runs, and ");
        (await ListAsync()).ShouldBe(["digits#4", "digits#2"]);
        foreach (var kind in DataFolder.RunKinds)
        {
            Folders(kind).ShouldBe(["digits-2", "digits-4"], kind);
        }

        (await _cli.TypeAsync("prune", "--keep", "1", "--all-projects")).Out.ShouldContain("There is nothing to delete.");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_trials_of_removed_projects_shared_goes_only_when_it_is_asked_for()
    {
        await AddRunsAsync(1);
        var known = Directory.CreateDirectory(Data.Storage(new ProjectId(Path.GetFileName(Directory.GetDirectories(Data.Kind("logs")).Single())))).FullName;
        var gone = Directory.CreateDirectory(Data.Storage(new ProjectId("gone-1"))).FullName;
        await File.WriteAllTextAsync(Path.Combine(gone, "model"), "weights");

        (await _cli.TypeAsync("prune", "--all-projects", "--yes")).ShouldEndWith(0).Out
            .ShouldContain("What trials of removed projects shared stays, 7 B in 1 folder. It goes with: --storage");
        Directory.Exists(gone).ShouldBeTrue();
        (await _cli.TypeAsync("prune", "--storage")).ShouldEndWith(2).Error.ShouldContain("Add: --all-projects");

        (await _cli.TypeAsync("prune", "--all-projects", "--storage", "--yes")).ShouldEndWith(0).Out.ShouldMatch("storage +1 +7 B");

        (Directory.Exists(gone), Directory.Exists(known)).ShouldBe((false, true));
    }

    [Fact(Timeout = 60_000)]
    public async Task Folders_that_a_dead_prune_left_go_and_those_of_another_record_stay()
    {
        await AddRunsAsync(3);
        Directory.CreateDirectory(Path.Combine(_cli.Data, "artifacts/digits-3fa2c1/digits-17/1"));
        Directory.CreateDirectory(Path.Combine(_cli.Data, "artifacts/digits-3fa2c1/notes"));
        await using (var store = await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, None))
        {
            (await store.DeleteRunAsync(new RunId(StoreSamples.Project().Id, "digits", 1), null, None)).ShouldBeTrue();
        }

        var answer = (await _cli.TypeAsync("prune", "--all-projects", "--yes")).ShouldEndWith(0);

        answer.Out.ShouldContain("1 folder of runs that this database has never known: left alone.");
        Folders("artifacts").ShouldBe(["digits-17", "digits-2", "digits-3", "notes"]);
        Folders("logs").ShouldBe(["digits-2", "digits-3"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Hostile_files_are_deleted_and_nothing_behind_their_links()
    {
        await AddRunsAsync(2);
        using var outside = new TemporaryFolder();
        outside.Write("precious", "text");
        var folder = Path.Combine(_cli.Data, "artifacts/digits-3fa2c1/digits-1/1");
        Directory.CreateSymbolicLink(Path.Combine(folder, "link"), outside.Path);
        using (var shell = Process.Start(new ProcessStartInfo("bash", ["-c", "mkfifo pipe; mkdir -p $(yes d | head -n 300 | tr '\\n' '/') locked/in; chmod 0 locked; printf x > \"$(printf 'caf\\351')\""]) { WorkingDirectory = folder })!)
        {
            await shell.WaitForExitAsync();
        }

        (await _cli.TypeAsync("prune", "--keep", "1", "--all-projects", "--yes")).ShouldEndWith(0);

        Folders("artifacts").ShouldBe(["digits-2"]);
        File.ReadAllText(outside["precious"]).ShouldBe("text");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_prune_that_is_killed_is_finished_by_the_next_one()
    {
        await AddRunsAsync(60);
        foreach (var left in new[] { 55, 30 })
        {
            using var prune = Start("prune", "--keep", "1", "--all-projects", "--yes");
            var logs = Path.Combine(_cli.Data, "logs/digits-3fa2c1");
            while (!prune.HasExited && Directory.GetDirectories(logs).Length > left)
            {
                await Task.Yield();
            }

            prune.Kill();
            await prune.WaitForExitAsync();
            foreach (var run in await ListAsync())
            {
                // What can be found is whole.
                Folders("logs").ShouldContain(run.Replace('#', '-'));
                (await _cli.TypeAsync("show", run)).ShouldEndWith(0);
            }
        }

        (await _cli.TypeAsync("prune", "--keep", "1", "--all-projects", "--yes")).ShouldEndWith(0);

        (await ListAsync()).ShouldBe(["digits#60"]);
        DataFolder.RunKinds.SelectMany(Folders).Distinct().ShouldBe(["digits-60"]);
        (await DatabaseInspection.InspectAsync(Data.Database, None))!.Damage.ShouldBeEmpty();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_report_says_so_when_its_baseline_was_deleted()
    {
        (await _cli.TypeAsync("run")).ShouldEndWith(0);
        _repository.Write("train.sh", ExampleRepository.Script(3));
        _repository.Commit("Score more");
        (await _cli.TypeAsync("run")).ShouldEndWith(0);
        _repository.Write("train.sh", ExampleRepository.Script(4));
        _repository.Commit("Score even more");
        (await _cli.TypeAsync("run")).ShouldEndWith(0);
        await AnnounceAsync();

        (await _cli.TypeAsync("prune", "--keep", "1", "--yes")).ShouldEndWith(0).Out.ShouldContain("1 run may go: toy#1");

        (await ListAsync()).ShouldBe(["toy#3", "toy#2"]);
        (await _cli.TypeAsync("report", "toy#2", "--format", "html")).ShouldEndWith(0).Out.ShouldContain("toy#1 was the baseline, and has been deleted.");
        (await _cli.TypeAsync("report", "toy#2")).ShouldEndWith(0);
        (await _cli.TypeAsync("compare", "toy#2")).ShouldEndWith(2).Error.ShouldContain("toy#1, the baseline of toy#2, has been deleted.");
    }

    [Theory]
    [InlineData("error: --keep must be at least 1.", "--keep", "0")]
    [InlineData("error: 'soon' is no age.", "--older-than", "soon")]
    [InlineData("error: '30' is no age.", "--older-than", "30")]
    public async Task Wrong_use_is_a_sentence(string error, params string[] words) =>
        (await _cli.TypeAsync(["prune", .. words])).ShouldEndWith(2).Error.ShouldContain(error);

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
    }

    private async Task AddRunsAsync(int count)
    {
        await using var store = await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, None);
        for (var number = 1; number <= count; number++)
        {
            var run = await store.AddRunAsync(trials: 1);
            var attempt = await store.StartAsync(new TrialId(run.Id, 1));
            await store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(10))], 1, 0, None);
            await store.EndAsync(attempt);
            await store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Finished, StoreSamples.Noon), None);
            await store.MarkAnnouncedAsync(run.Id, None);
            foreach (var folder in new[] { Path.GetDirectoryName(Data.Log(attempt))!, Path.GetDirectoryName(Data.State(attempt))!, Data.Artifacts(attempt.Trial), Data.Checkpoint(attempt.Trial), Data.Report(run.Id) })
            {
                Directory.CreateDirectory(folder);
                File.WriteAllText(Path.Combine(folder, "file"), "gradCI");
            }
        }
    }

    private async Task AnnounceAsync()
    {
        await using var store = await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, None);
        foreach (var run in await store.ListRunsAsync(new RunQuery(), None))
        {
            await store.MarkAnnouncedAsync(run.Id, None);
        }
    }

    private async Task<CliAnswer> PinAsync(string run)
    {
        await using (var store = await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, None))
        {
            await store.PinRunAsync(new RunId(StoreSamples.Project().Id, "digits", int.Parse(run.Split('#')[1])), true, StoreSamples.Ada, None);
        }

        return await _cli.TypeAsync("show", run);
    }

    private async Task<IEnumerable<string>> ListAsync() =>
        (await _cli.TypeAsync("list", "--all", "--limit", "100")).Out.Split('\n').Skip(1).Where(line => line.Length > 0).Select(line => line.Split(' ')[0]);

    private IEnumerable<string?> Folders(string kind) => Directory.EnumerateDirectories(Directory.EnumerateDirectories(Data.Kind(kind)).Single()).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private Process Start(params string[] words) => Process.Start(new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, .. words, "--data", _cli.Data])
    {
        WorkingDirectory = _repository.Path, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
    })!;
}
