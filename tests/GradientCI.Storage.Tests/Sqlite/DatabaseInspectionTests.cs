using GradientCI.Experiments;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Storage.Tests.Sqlite;

/// <summary>Whatever lies in the database's place: a finding here, a sentence at every other command, and no byte of it changed.</summary>
public sealed class DatabaseInspectionTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryFolder _folder = new();

    private string Database => _folder["gradientci.db"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Where_there_is_no_database_none_is_made()
    {
        (await DatabaseInspection.InspectAsync(Database, None)).ShouldBeNull();

        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_sound_database_is_read_without_a_trace_also_while_it_is_in_use()
    {
        await using (var store = await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, None))
        {
            await store.AddRunAsync(trials: 2);
            await store.RenewAsync(new Worker(new WorkerId("1"), "box", 1, true), TimeSpan.FromMinutes(1), None);
            ShouldBeSound((await DatabaseInspection.InspectAsync(Database, None))!);
        }

        var before = File.ReadAllBytes(Database);

        ShouldBeSound((await DatabaseInspection.InspectAsync(Database, None))!);

        File.ReadAllBytes(Database).ShouldBe(before);
        Directory.EnumerateFiles(_folder.Path).ShouldBe([Database]);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("empty with logs")]
    [InlineData("truncated")]
    [InlineData("header")]
    [InlineData("middle")]
    [InlineData("foreign")]
    [InlineData("unknown state")]
    [InlineData("orphan rows")]
    [InlineData("broken spec")]
    [InlineData("absurd time")]
    public async Task Damage_is_found_and_left_as_it_is(string how)
    {
        await DamageAsync(how);
        var before = File.ReadAllBytes(Database);

        var health = (await DatabaseInspection.InspectAsync(Database, None))!;

        health.Damage.ShouldNotBeEmpty();
        File.ReadAllBytes(Database).ShouldBe(before);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("empty with logs")]
    [InlineData("truncated")]
    [InlineData("header")]
    [InlineData("middle")]
    [InlineData("foreign")]
    [InlineData("unknown state")]
    [InlineData("broken spec")]
    [InlineData("absurd time")]
    public async Task Other_commands_say_so_and_name_the_way_out(string how)
    {
        await DamageAsync(how);

        var error = await Should.ThrowAsync<GradientException>(async () =>
        {
            await using var store = await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, None);
            foreach (var run in await store.ListRunsAsync(new RunQuery(), None))
            {
                await store.ReadSnapshotAsync(run.Id, 10, None);
            }
        });

        error.Kind.ShouldBe(FailureKind.Environment);
        error.Message.ShouldStartWith($"The database {Database} is damaged, or is not a database of GradientCI.");
        error.Remedy!.ShouldContain("gradientci doctor");
        error.Remedy!.ShouldContain("gradientci restore");
    }

    [Fact]
    public async Task A_foreign_database_gets_no_tables_of_ours()
    {
        await DamageAsync("foreign");
        var before = File.ReadAllBytes(Database);

        await Should.ThrowAsync<GradientException>(() => SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, None));
        await Should.ThrowAsync<GradientException>(() => DatabaseBackup.CopyAsync(Database, _folder["copy.db"], None));

        File.ReadAllBytes(Database).ShouldBe(before);
    }

    [FactOnSmallDisk]
    public async Task A_database_that_must_not_be_written_is_looked_at_and_named()
    {
        using var disk = new SmallDisk(_folder["disk"], megabytes: 4);
        await (await SqliteExperimentStore.OpenAsync(disk.Path, TimeProvider.System, None)).DisposeAsync();
        disk.MakeReadOnly();

        (await DatabaseInspection.InspectAsync(Path.Combine(disk.Path, "gradientci.db"), None))!.Damage.ShouldBeEmpty();
        var error = await Should.ThrowAsync<GradientException>(() => SqliteExperimentStore.OpenAsync(disk.Path, TimeProvider.System, None));
        error.Message.ShouldBe($"The data folder {disk.Path} cannot be written.");
    }

    // A process that was killed leaves what it recorded in the log beside the file; whoever removes that loses it, and only it.
    [Fact(Timeout = 60_000)]
    public async Task A_database_that_lost_its_log_is_sound_or_said_to_be_damaged()
    {
        await using (var store = await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, None))
        {
            await store.AddRunAsync(trials: 500);
            Directory.CreateDirectory(_folder["copy"]);
            File.Copy(Database, _folder["copy/gradientci.db"]);
        }

        var health = (await DatabaseInspection.InspectAsync(_folder["copy/gradientci.db"], None))!;
        try
        {
            await using var store = await SqliteExperimentStore.OpenAsync(_folder["copy"], TimeProvider.System, None);
            (await store.ListRunsAsync(new RunQuery(), None)).ShouldBeEmpty();
        }
        catch (GradientException error)
        {
            error.Message.ShouldContain("damaged");
            health.Damage.ShouldNotBeEmpty();
        }
    }

    private static void ShouldBeSound(DatabaseHealth health)
    {
        health.Damage.ShouldBeEmpty();
        health.Schema.ShouldBe(DatabaseHealth.NewestSchema);
        health.OpenRuns.ShouldHaveSingleItem().ToString().ShouldBe("digits#1");
        health.Workers.ShouldHaveSingleItem().IsAlive.ShouldBeTrue();
    }

    private async Task DamageAsync(string how)
    {
        await using (var store = await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, None))
        {
            await store.AddRunAsync(trials: 2000);
        }

        switch (how)
        {
            case "text":
                File.WriteAllText(Database, "Dear diary, today I trained a net.\n");
                break;
            case "empty with logs":
                File.WriteAllText(Database, "");
                Directory.CreateDirectory(_folder["logs"]);
                break;
            case "truncated":
                using (var file = File.OpenWrite(Database))
                {
                    file.SetLength(file.Length / 2);
                }

                break;
            case "header":
                Overwrite(0, 100);
                break;
            case "middle":
                Overwrite(2 * 4096, (int)new FileInfo(Database).Length - (2 * 4096));
                break;
            case "foreign":
                File.Delete(Database);
                Edit("CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('Yesterday');");
                break;
            default:
                Edit(how switch
                {
                    "unknown state" => "UPDATE runs SET state = 'asleep'; UPDATE trials SET state = 'asleep' WHERE number = 7;",
                    "orphan rows" => "PRAGMA foreign_keys = OFF; DELETE FROM runs;",
                    "absurd time" => "UPDATE runs SET created_at = 9223372036854775807;",
                    _ => "UPDATE runs SET spec_json = '[7';",
                });
                break;
        }
    }

    private void Overwrite(int from, int count)
    {
        using var file = File.OpenWrite(Database);
        file.Position = from;
        file.Write(Enumerable.Repeat((byte)0xA5, count).ToArray());
    }

    private void Edit(string sql)
    {
        using var session = SqliteSession.Open(Database, TimeSpan.FromSeconds(1));
        session.ExecuteScript(sql);
    }
}
