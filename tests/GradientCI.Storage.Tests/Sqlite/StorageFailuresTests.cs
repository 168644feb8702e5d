using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Storage.Sqlite;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Storage.Tests.Sqlite;

public sealed class StorageFailuresTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_data_folder_that_is_a_file_is_named()
    {
        var file = _folder.Write("data", "text");

        var error = await FailsAsync(() => OpenAsync(file));

        error.Message.ShouldBe($"The data folder {file} is a file.");
    }

    // Nobody may write there, root included.
    [Theory]
    [InlineData("/proc")]
    [InlineData("/proc/gradientci")]
    public async Task A_data_folder_that_cannot_be_written_is_named(string folder)
    {
        var error = await FailsAsync(() => OpenAsync(folder));

        error.Message.ShouldBe($"The data folder {folder} cannot be written.");
        error.Remedy!.ShouldContain("--data");
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named_and_left_alone()
    {
        var file = _folder.Write("gradientci.db", new string('x', 5000));

        var error = await FailsAsync(() => OpenAsync(_folder.Path));

        error.Message.ShouldBe($"The database {file} is damaged, or is not a database of GradientCI.");
        File.ReadAllText(file).ShouldBe(new string('x', 5000));
    }

    [Fact]
    public async Task A_damaged_database_is_an_error_with_a_remedy_and_never_a_crash()
    {
        RunId run;
        await using (var store = await OpenAsync(_folder.Path))
        {
            run = (await store.AddRunAsync(trials: 2000)).Id;
        }

        using (var file = File.OpenWrite(_folder["gradientci.db"]))
        {
            for (var page = 2; page < file.Length / 4096; page++)
            {
                file.Position = page * 4096;
                file.Write(new byte[2048]);
            }
        }

        var error = await FailsAsync(async () =>
        {
            await using var store = await OpenAsync(_folder.Path);
            await store.ListTrialsAsync(run, None);
        });

        error.Message.ShouldContain("damaged");
        error.Remedy!.ShouldContain("backup");
    }

    [Fact]
    public async Task A_row_that_cannot_be_understood_is_damage()
    {
        await using var store = await OpenAsync(_folder.Path);
        var run = await store.AddRunAsync(trials: 1);
        await store.Writer.RunAsync(session => session.Execute("UPDATE trials SET parameters_json = '{'"), None);

        (await FailsAsync(() => store.ListTrialsAsync(run.Id, None))).Message.ShouldContain("damaged");

        await store.Writer.RunAsync(session => session.Execute("UPDATE trials SET parameters_json = '{}', state = 'asleep'"), None);
        (await FailsAsync(() => store.ListTrialsAsync(run.Id, None))).Message.ShouldContain("damaged");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_full_disk_in_the_middle_of_a_run_records_a_step_wholly_or_not_at_all()
    {
        await using var store = await OpenAsync(_folder.Path);
        var run = await store.AddRunAsync(trials: 1);
        var attempt = await store.StartAsync(new TrialId(run.Id, 1));
        await store.Writer.RunAsync(session => session.Number($"PRAGMA max_page_count = {session.Number("PRAGMA page_count") + 100}"), None);

        var (appended, error) = await FillAsync(store, attempt);

        error.Message.ShouldContain($"The disk of the data folder {_folder.Path} is full");
        error.Remedy!.ShouldStartWith("Free some space");
        await ShouldHoldAsync(store, attempt, appended);
        await store.Writer.RunAsync(session => session.Number("PRAGMA max_page_count = 1000000"), None);
        (await store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(500, from: appended * 500))], appended + 1, 0, None)).ShouldBeTrue();
        await ShouldHoldAsync(store, attempt, appended + 1);
    }

    [Theory]
    [InlineData(28)]
    [InlineData(122)]
    public void A_users_used_up_share_of_a_disk_is_a_full_disk(int error)
    {
        var problem = new IOException("no", error);

        StorageFailures.IsFull(problem).ShouldBeTrue();
        StorageFailures.Explain(problem, "/data/gradientci.db").Message.ShouldStartWith("The disk of the data folder /data is full");
    }

    [FactOnSmallDisk(Timeout = 60_000)]
    public async Task A_disk_that_is_really_full_leaves_a_sound_database()
    {
        using var disk = new SmallDisk(_folder["disk"], megabytes: 3);
        await using (var store = await OpenAsync(disk.Path))
        {
            var run = await store.AddRunAsync(trials: 1);
            var attempt = await store.StartAsync(new TrialId(run.Id, 1));

            var (appended, error) = await FillAsync(store, attempt);

            error.Message.ShouldContain("is full");
            await ShouldHoldAsync(store, attempt, appended);
        }

        await using var again = await OpenAsync(disk.Path);
        (await again.Writer.RunAsync(session => session.First("PRAGMA integrity_check", row => row.GetString(0)), None)).ShouldBe("ok");
    }

    [FactOnSmallDisk]
    public async Task A_disk_too_full_to_begin_is_an_error_with_a_remedy()
    {
        using var disk = new SmallDisk(_folder["disk"], megabytes: 1);
        File.WriteAllBytes(Path.Combine(disk.Path, "filler"), new byte[(1 << 20) - 8192]);

        (await FailsAsync(() => OpenAsync(disk.Path))).Remedy.ShouldNotBeNullOrEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_database_that_another_process_holds_too_long_is_named_and_works_again_afterwards()
    {
        await using var store = await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, Migration.All(), TimeSpan.FromSeconds(1), LeaseClock.OfTheMachine, None);
        using var other = SqliteSession.Open(_folder["gradientci.db"], TimeSpan.FromSeconds(1));
        other.Execute("BEGIN IMMEDIATE");

        var error = await FailsAsync(() => store.PutProjectAsync(StoreSamples.Project(), None));

        error.Message.ShouldBe($"The database {_folder["gradientci.db"]} was locked by another process for too long.");
        (await store.ListProjectsAsync(None)).ShouldBeEmpty();
        other.Execute("ROLLBACK");
        await store.PutProjectAsync(StoreSamples.Project(), None);
        (await store.ListProjectsAsync(None)).ShouldHaveSingleItem();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_caller_may_give_up_while_another_process_holds_the_database()
    {
        await using var store = await OpenAsync(_folder.Path);
        using var other = SqliteSession.Open(_folder["gradientci.db"], TimeSpan.FromSeconds(1));
        using var impatient = new CancellationTokenSource();
        other.Execute("BEGIN IMMEDIATE");
        var first = store.PutProjectAsync(StoreSamples.Project("first"), impatient.Token);
        var second = store.PutProjectAsync(StoreSamples.Project("second"), None);

        await impatient.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => first);
        other.Execute("ROLLBACK");
        await second;
        (await store.ListProjectsAsync(None)).ShouldHaveSingleItem().Id.Value.ShouldBe("second");
    }

    private static async Task<(int Appended, GradientException Error)> FillAsync(SqliteExperimentStore store, AttemptId attempt)
    {
        for (var appended = 0; ; appended++)
        {
            try
            {
                await store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(500, from: appended * 500))], appended + 1, 0, None);
            }
            catch (GradientException error)
            {
                return (appended, error);
            }
        }
    }

    private static async Task ShouldHoldAsync(SqliteExperimentStore store, AttemptId attempt, int appends)
    {
        (await store.ReadPointsAsync(attempt.Trial, "loss", None)).ShouldBe(StoreSamples.Points(500 * appends));
        (await store.ReadLogOffsetAsync(attempt, None)).ShouldBe(appends);
    }

    private static Task<SqliteExperimentStore> OpenAsync(string folder) => SqliteExperimentStore.OpenAsync(folder, TimeProvider.System, None);

    private static async Task<GradientException> FailsAsync(Func<Task> action)
    {
        var error = await Should.ThrowAsync<GradientException>(action);
        error.Kind.ShouldBe(FailureKind.Environment);
        error.Remedy.ShouldNotBeNullOrEmpty();
        return error;
    }
}
