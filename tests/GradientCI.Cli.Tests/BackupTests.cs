using System.Diagnostics;
using GradientCI.Experiments;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Cli.Tests;

/// <summary>The drill: a night's work, a backup while others write, and the same answers from another folder.</summary>
public sealed class BackupTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly TemporaryFolder _elsewhere = new();
    private readonly GradientCliHost _cli;

    public BackupTests()
    {
        _cli = new GradientCliHost(_repository.Path);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_backup_made_under_load_gives_the_same_answers_elsewhere()
    {
        (await _cli.TypeAsync("run")).ShouldEndWith(0);
        using var stop = new CancellationTokenSource();
        await using var store = await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, None);
        var writers = Enumerable.Range(0, 3).Select(writer => WriteAsync(store, $"load{writer}", stop.Token)).ToList();

        (await _cli.TypeAsync("backup", _elsewhere["backup"])).ShouldEndWith(0).Out.ShouldContain("Bring it back with: gradientci restore");
        await stop.CancelAsync();
        await Task.WhenAll(writers);
        (await RestoreAsync()).ShouldEndWith(0).Out.ShouldContain("All digests are right.");

        foreach (var words in new[] { "list toy", "show toy#1", "logs toy#1.2", "report toy#1 --format json", "report toy#1 --format html" })
        {
            (await ThereAsync(words.Split(' '))).Out.ShouldBe((await _cli.TypeAsync(words.Split(' '))).Out, words);
        }

        (await DatabaseInspection.InspectAsync(_elsewhere["data/gradientci.db"], None))!.Damage.ShouldBeEmpty();
        (await ThereAsync("run", "--commit", "HEAD")).ShouldEndWith(0).Out.ShouldContain("toy#2");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_backup_that_was_killed_is_refused_and_the_data_are_as_before()
    {
        (await _cli.TypeAsync("run")).ShouldEndWith(0);
        Directory.CreateDirectory(Path.Combine(_cli.Data, "storage/p"));
        await using (var large = new FileStream(Path.Combine(_cli.Data, "storage/p/large"), FileMode.Create))
        {
            large.SetLength(4L << 30);
        }

        using var backup = Process.Start(new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, "backup", _elsewhere["backup"], "--data", _cli.Data]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        while (!backup.HasExited && !File.Exists(_elsewhere["backup.partial/storage/p/large"]))
        {
            await Task.Yield();
        }

        backup.Kill();
        await backup.WaitForExitAsync();

        Directory.Exists(_elsewhere["backup"]).ShouldBeFalse();
        (await ThereAsync("restore", _elsewhere["backup.partial"])).ShouldEndWith(2).Error.ShouldContain("cut short");
        (await _cli.TypeAsync("list")).Out.ShouldContain("toy#1");
        (await _cli.TypeAsync("backup", _elsewhere["backup"])).ShouldEndWith(2).Error.ShouldContain($"rm -r {_elsewhere["backup.partial"]}");
    }

    [Fact(Timeout = 60_000)]
    public async Task Trials_that_had_not_ended_are_said_to_count_as_lost()
    {
        await using (var store = await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, None))
        {
            await store.StartAsync(new TrialId((await store.AddRunAsync(trials: 1)).Id, 1));
        }

        (await _cli.TypeAsync("backup", _elsewhere["backup"], "--database-only")).ShouldEndWith(0);

        (await RestoreAsync()).ShouldEndWith(0).Out.ShouldContain("1 trial had not ended and will count as lost; their runs go on with: gradientci worker --until-idle");
        (await RestoreAsync()).ShouldEndWith(2).Error.ShouldContain("is not empty");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_database_that_was_changed_after_the_backup_is_refused()
    {
        await (await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, None)).DisposeAsync();
        (await _cli.TypeAsync("backup", _elsewhere["backup"])).ShouldEndWith(0);
        await File.AppendAllTextAsync(_elsewhere["backup/gradientci.db"], "x");

        (await RestoreAsync()).ShouldEndWith(3).Error.ShouldContain("gradientci.db is not what was backed up");

        (await _cli.TypeAsync("list", "--data", _elsewhere["nowhere"])).ShouldEndWith(0);
        File.Exists(_elsewhere["data/gradientci.db"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_folder_without_a_database_is_not_backed_up()
    {
        (await _cli.TypeAsync("backup", _elsewhere["backup"])).ShouldEndWith(2).Error.ShouldContain("There is no database");

        Directory.EnumerateFileSystemEntries(_elsewhere.Path).ShouldBeEmpty();
    }

    public void Dispose()
    {
        _cli.Dispose();
        _elsewhere.Dispose();
        _repository.Dispose();
    }

    private Task<CliAnswer> RestoreAsync() => ThereAsync("restore", _elsewhere["backup"]);

    private Task<CliAnswer> ThereAsync(params string[] words) => _cli.TypeAsync([.. words, "--data", _elsewhere["data"]]);

    private static async Task WriteAsync(SqliteExperimentStore store, string experiment, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await store.AddRunAsync(trials: 50, StoreSamples.Run(experiment));
        }
    }
}
