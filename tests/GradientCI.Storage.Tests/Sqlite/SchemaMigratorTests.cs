using GradientCI.Storage.Sqlite;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Storage.Tests.Sqlite;

public sealed class SchemaMigratorTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryFolder _folder = new();

    private static int Newest => Migration.All()[^1].Number;

    private static Migration Next => new(Newest + 1, "ALTER TABLE projects ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey'; CREATE TABLE second (a INTEGER);");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_new_folder_gets_the_whole_schema_in_one_file()
    {
        await using var store = await OpenAsync([.. Migration.All()]);

        (await NumberAsync(store, "SELECT max(version) FROM schema_version")).ShouldBe(Migration.All()[^1].Number);
        (await NumberAsync(store, "SELECT applied_at FROM schema_version")).ShouldBe(new ManualTimeProvider().GetUtcNow().ToUnixTimeMilliseconds());
        Migration.All().Select(migration => migration.Number).ShouldBeUnique();
        Files().ShouldBe(["gradientci.db", "gradientci.db-shm", "gradientci.db-wal"]);
    }

    [Fact]
    public async Task Nothing_but_the_database_is_left_after_closing()
    {
        await (await OpenAsync([.. Migration.All()])).DisposeAsync();

        Files().ShouldBe(["gradientci.db"]);
    }

    [Fact]
    public async Task Opening_again_changes_nothing()
    {
        await (await OpenAsync([.. Migration.All()])).DisposeAsync();
        var before = File.ReadAllBytes(_folder["gradientci.db"]);

        await (await OpenAsync([.. Migration.All()])).DisposeAsync();

        File.ReadAllBytes(_folder["gradientci.db"]).ShouldBe(before);
        Files().ShouldBe(["gradientci.db"]);
    }

    [Fact]
    public async Task An_upgrade_keeps_the_data_and_a_copy_from_before()
    {
        await using (var old = await OpenAsync([.. Migration.All()]))
        {
            await old.AddRunAsync(trials: 3);
        }

        await using (var store = await OpenAsync([.. Migration.All(), Next]))
        {
            (await NumberAsync(store, "SELECT count(*) FROM trials")).ShouldBe(3);
            (await NumberAsync(store, "SELECT count(*) FROM projects WHERE colour = 'grey'")).ShouldBe(1);
        }

        Files().ShouldBe(["gradientci.db", $"gradientci.db.before-{Newest + 1}"]);
        File.Move(_folder[$"gradientci.db.before-{Newest + 1}"], _folder["gradientci.db"], overwrite: true);
        await using var restored = await OpenAsync([.. Migration.All()]);
        (await restored.ListTrialsAsync(new(StoreSamples.Project().Id, "digits", 1), None)).Length.ShouldBe(3);
    }

    [Fact]
    public async Task An_upgrade_that_fails_leaves_the_database_as_it_was()
    {
        await (await OpenAsync([.. Migration.All()])).DisposeAsync();

        var error = await Should.ThrowAsync<GradientException>(() => OpenAsync([.. Migration.All(), new Migration(Newest + 1, Next.Sql + "SELECT nonsense FROM nowhere;")]));

        error.Kind.ShouldBe(FailureKind.Environment);
        error.Message.ShouldContain("nowhere");
        await using var store = await OpenAsync([.. Migration.All()]);
        (await NumberAsync(store, "SELECT count(*) FROM sqlite_master WHERE name = 'second'")).ShouldBe(0);
        (await NumberAsync(store, "SELECT count(*) FROM schema_version")).ShouldBe(Migration.All().Count);
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_left_alone()
    {
        await (await OpenAsync([.. Migration.All(), Next with { Number = Newest + 5 }])).DisposeAsync();
        var before = File.ReadAllBytes(_folder["gradientci.db"]);

        var error = await Should.ThrowAsync<GradientException>(() => SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, None));

        error.Kind.ShouldBe(FailureKind.Environment);
        error.Message.ShouldBe($"The data folder {_folder.Path} was written by a newer GradientCI (schema {Newest + 5}, this one knows {Newest}).");
        error.Remedy.ShouldBe("Upgrade gradientci, or use another --data folder.");
        File.ReadAllBytes(_folder["gradientci.db"]).ShouldBe(before);
    }

    [Fact(Timeout = 60_000)]
    public async Task Many_may_open_a_new_folder_and_upgrade_an_old_one_at_once()
    {
        foreach (var migrations in new Migration[][] { [.. Migration.All()], [.. Migration.All(), Next] })
        {
            var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => OpenAsync(migrations)));

            foreach (var store in stores)
            {
                (await NumberAsync(store, "SELECT count(*) FROM schema_version")).ShouldBe(migrations.Length);
                await store.DisposeAsync();
            }
        }

        Files().ShouldBe(["gradientci.db", $"gradientci.db.before-{Newest + 1}"]);
    }

    private static Task<long?> NumberAsync(SqliteExperimentStore store, string sql) => store.Writer.RunAsync(session => session.Number(sql), None);

    private Task<SqliteExperimentStore> OpenAsync(Migration[] migrations) =>
        SqliteExperimentStore.OpenAsync(_folder.Path, new ManualTimeProvider(), migrations, SqliteExperimentStore.Patience, LeaseClock.OfTheMachine, None);

    private IEnumerable<string?> Files() => Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
