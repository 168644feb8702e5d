using System.Diagnostics;
using GradientCI.Experiments;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Storage.Tests.Sqlite;

public sealed class DatabaseBackupTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Copies_made_while_a_process_writes_hold_what_was_recorded_before_each_and_are_sound()
    {
        Directory.CreateDirectory(_folder["data"]);
        using var writer = Process.Start(new ProcessStartInfo("dotnet", [typeof(DatabaseBackupTests).Assembly.Location, "trials", _folder["data"]]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var recorded = 0;
        for (var copy = 1; copy <= 3; copy++)
        {
            while (recorded < copy * 50)
            {
                recorded = int.Parse((await writer.StandardOutput.ReadLineAsync())!);
            }

            Directory.CreateDirectory(_folder[$"{copy}"]);
            await DatabaseBackup.CopyAsync(_folder["data/gradientci.db"], _folder[$"{copy}/gradientci.db"], None);

            (await DatabaseInspection.InspectAsync(_folder[$"{copy}/gradientci.db"], None))!.Damage.ShouldBeEmpty();
            await using var store = await SqliteExperimentStore.OpenAsync(_folder[$"{copy}"], TimeProvider.System, None);
            var run = (await store.ListRunsAsync(new RunQuery(), None)).ShouldHaveSingleItem();
            (await store.ListTrialsAsync(run.Id, None)).Count(trial => trial.State == TrialState.Succeeded).ShouldBeGreaterThanOrEqualTo(recorded);
        }

        writer.Kill();
        await writer.WaitForExitAsync();
    }

    [Fact]
    public async Task A_copy_that_settled_elsewhere_knows_no_worker_and_no_process_of_the_old_place()
    {
        RunId run;
        await using (var store = await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, None))
        {
            run = (await store.AddRunAsync(trials: 1)).Id;
            await store.StartAsync(new TrialId(run, 1));
            await store.RenewAsync(new Worker(new WorkerId("1"), "box", 1, true), TimeSpan.FromMinutes(1), None);
        }

        var note = StoreSamples.Ada.Of(AuditAction.Restored, _folder.Path);

        (await DatabaseBackup.SettleAsync(_folder["gradientci.db"], TimeProvider.System, note, None)).ShouldBe(1);

        await using var settled = await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, None);
        (await settled.ListWorkersAsync(None)).ShouldBeEmpty();
        (await settled.ListTrialsAsync(run, None))[0].Attempts[0].Handle.ShouldBeEmpty();
        (await settled.ListOrphansAsync(run, new WorkerId("2"), None)).ShouldHaveSingleItem();
        (await settled.ListAuditEntriesAsync(DateTimeOffset.UnixEpoch, 9, None)).ShouldBe([note]);
    }

    [FactOnSmallDisk]
    public async Task A_copy_onto_a_full_disk_is_an_error_that_names_it()
    {
        using var disk = new SmallDisk(_folder["disk"], megabytes: 1);
        File.WriteAllBytes(Path.Combine(disk.Path, "filler"), new byte[(1 << 20) - 20000]);
        await using var store = await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, None);
        await store.AddRunAsync(trials: 500);

        var error = await Should.ThrowAsync<GradientException>(() => DatabaseBackup.CopyAsync(_folder["gradientci.db"], Path.Combine(disk.Path, "copy.db"), None));

        error.Message.ShouldBe($"The disk of {disk.Path} is full; no backup was made.");
    }

    [Fact]
    public async Task Where_there_is_no_database_none_is_made() =>
        (await Should.ThrowAsync<GradientException>(() => DatabaseBackup.CopyAsync(_folder["gradientci.db"], _folder["copy.db"], None)))
            .Message.ShouldBe($"There is no database {_folder["gradientci.db"]}.");
}
