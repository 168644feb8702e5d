using GradientCI.Cli.Services;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Backups;
using GradientCI.Runner.Retention;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;
using GradientCI.Webhook.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Cli.Tests.Services;

/// <summary>What the service keeps in order by the clock.</summary>
public sealed class UpkeepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 1, 5, 3, 0, 0, TimeSpan.Zero));

    private DataFolder Data => new(_folder["data"]);

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task The_newest_backups_stay_and_nothing_that_is_not_ours_goes()
    {
        await using var store = await SqliteExperimentStore.OpenAsync(Data.Root, _time, default);
        _folder.Write("backups/gradientci-20250101T030000Z.partial/gradientci.db", "cut short");
        _folder.Write("backups/gradientci-old/keep", "mine");
        _folder.Write("backups/other/keep", "mine");
        var backup = new ScheduledBackup(Data, new UpkeepOptions { BackupFolder = _folder["backups"], KeepBackups = 2 }, _time, NullLogger<ScheduledBackup>.Instance);

        for (var day = 0; day < 3; day++)
        {
            await backup.RunAsync(default);
            _time.Advance(TimeSpan.FromDays(1));
        }

        Directory.GetDirectories(_folder["backups"]).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .ShouldBe(["gradientci-20260106T030000Z", "gradientci-20260107T030000Z", "gradientci-old", "other"]);
        File.Exists(_folder["backups/gradientci-20260107T030000Z/backup.manifest"]).ShouldBeTrue();
        File.Exists(_folder[$"backups/gradientci-20260107T030000Z/{BackupFolder.DatabaseName}"]).ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_backup_that_fails_removes_none()
    {
        await using var store = await SqliteExperimentStore.OpenAsync(Data.Root, _time, default);
        var backup = new ScheduledBackup(Data, new UpkeepOptions { BackupFolder = _folder["backups"], KeepBackups = 1 }, _time, NullLogger<ScheduledBackup>.Instance);
        await backup.RunAsync(default);

        // The same second: that folder exists.
        await Should.ThrowAsync<GradientException>(() => backup.RunAsync(default));

        Directory.GetDirectories(_folder["backups"]).ShouldHaveSingleItem();
    }

    [Fact(Timeout = 60_000)]
    public async Task Old_runs_go_when_they_are_old_enough()
    {
        await using var store = await SqliteExperimentStore.OpenAsync(Data.Root, _time, default);
        await store.PutProjectAsync(StoreSamples.Project(), default);
        for (var number = 1; number <= 3; number++)
        {
            var run = await store.CreateRunAsync(StoreSamples.Run(sha: (char)('0' + number)), null, default);
            await store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Cancelled, _time.GetUtcNow()), default);
            await store.MarkAnnouncedAsync(run.Id, default);
            _time.Advance(TimeSpan.FromDays(1));
        }

        // Two days after the first ended, and one after the second.
        _time.Advance(TimeSpan.FromHours(-1));
        var options = new UpkeepOptions { KeepRuns = 1, KeepRunsFor = TimeSpan.FromDays(2) };
        await new ScheduledPruning(new Pruning(Data, store, new SharedFolders(Data, store, store)), store, options, _time, NullLogger<ScheduledPruning>.Instance).RunAsync(default);

        (await store.ListRunsAsync(new RunQuery(), default)).Select(run => run.Id.Number).ShouldBe([3, 2]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(null, null, null, "3 2 1")]
    [InlineData(null, 1, null, "3")]
    [InlineData(null, null, 1, "3 2 1")]
    [InlineData(null, ProjectRetention.All, null, "3 2 1")]
    [InlineData(1, 2, null, "3 2")]
    [InlineData(1, ProjectRetention.All, null, "3 2 1")]
    [InlineData(1, null, 2, "3 2")]
    [InlineData(2, 1, 2, "3 2")]
    public async Task What_is_set_for_a_project_counts_more_than_what_is_set_for_all(int? all, int? runs, int? days, string stays)
    {
        await using var store = await SqliteExperimentStore.OpenAsync(Data.Root, _time, default);
        await store.PutProjectAsync(StoreSamples.Project(), default);
        for (var number = 1; number <= 3; number++)
        {
            var run = await store.CreateRunAsync(StoreSamples.Run(sha: (char)('0' + number)), null, default);
            await store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Cancelled, _time.GetUtcNow()), default);
            await store.MarkAnnouncedAsync(run.Id, default);
            _time.Advance(TimeSpan.FromDays(1));
        }

        // Two and a half days after the first ended, and one and a half after the second.
        _time.Advance(TimeSpan.FromHours(-12));
        await store.SetProjectAsync(StoreSamples.Project().Id, new ProjectChange { Retention = new ProjectRetention(runs, days is { } some ? TimeSpan.FromDays(some) : null) }, StoreSamples.Ada, default);
        await new ScheduledPruning(new Pruning(Data, store, new SharedFolders(Data, store, store)), store, new UpkeepOptions { KeepRuns = all }, _time, NullLogger<ScheduledPruning>.Instance).RunAsync(default);

        string.Join(' ', (await store.ListRunsAsync(new RunQuery(), default)).Select(run => run.Id.Number)).ShouldBe(stays);
    }
}
