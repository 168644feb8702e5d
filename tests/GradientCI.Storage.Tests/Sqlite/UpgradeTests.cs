using System.Diagnostics;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Executors;

namespace GradientCI.Storage.Tests.Sqlite;

/// <summary>What was recorded under the first schema is there under this one, whatever happens on the way.</summary>
public sealed class UpgradeTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_database_of_the_first_schema_is_brought_forward_with_all_that_it_holds()
    {
        ReleasedDatabase.Write(_folder.Path);

        await ShouldHoldEverythingAsync(_folder.Path);

        File.Exists(_folder["gradientci.db.before-2"]).ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_upgrade_that_is_killed_begins_again()
    {
        ReleasedDatabase.Write(_folder.Path);
        using (var upgrade = Process.Start("dotnet", [typeof(UpgradeTests).Assembly.Location, "upgrade", _folder.Path]))
        {
            await FileArrival.WaitForAsync(_folder["gradientci.db.before-2"], "SQLite");
            upgrade.Kill();
            await upgrade.WaitForExitAsync();
        }

        await ShouldHoldEverythingAsync(_folder.Path);
    }

    // The first has no room for the copy from before, the others none for the upgrade at different places.
    [FactOnSmallDisk]
    public async Task An_upgrade_on_a_full_disk_begins_again_when_there_is_space()
    {
        using var disk = new SmallDisk(_folder["disk"], megabytes: 4);
        var path = ReleasedDatabase.Write(disk.Path);
        foreach (var free in new[] { 40, 300, 900 })
        {
            File.WriteAllBytes(Path.Combine(disk.Path, "filler"), new byte[new DriveInfo(disk.Path).AvailableFreeSpace - (free * 1024)]);

            Should.Throw<Exception>(() => ReleasedDatabase.UpgradeForever(disk.Path), $"{free} KiB free").ShouldSatisfyAllConditions(
                problem => StorageFailures.Explain(problem, path).Message.ShouldContain("is full"));

            File.Delete(Path.Combine(disk.Path, "filler"));
            (await DatabaseInspection.InspectAsync(path, None))!.ShouldSatisfyAllConditions(
                health => health.Damage.ShouldBeEmpty(),
                health => health.Schema.ShouldBe(1));
        }

        await ShouldHoldEverythingAsync(disk.Path);
    }

    private static async Task ShouldHoldEverythingAsync(string folder)
    {
        await using (var store = await SqliteExperimentStore.OpenAsync(folder, TimeProvider.System, None))
        {
            var runs = await store.ListRunsAsync(new RunQuery(), None);
            runs.Select(run => run.Id.ToString()).ShouldBe(["toy#2", "toy#1"]);
            runs.ShouldAllBe(run => run.IsAnnounced && run.Passed == true);
            foreach (var run in runs)
            {
                var trials = (await store.ReadSnapshotAsync(run.Id, 100, None))!.Trials;
                trials.Select(trial => trial.Series["score"].Summary.Last.Y).ShouldBe([2, 4, 6]);
                trials.ShouldAllBe(trial => trial.Trial.Attempts.Length == 1);
            }
        }

        var health = (await DatabaseInspection.InspectAsync(Path.Combine(folder, "gradientci.db"), None))!;
        health.Damage.ShouldBeEmpty();
        health.Schema.ShouldBe(DatabaseHealth.NewestSchema);
    }
}
