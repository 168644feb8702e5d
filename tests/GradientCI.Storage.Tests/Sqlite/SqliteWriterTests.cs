using GradientCI.Storage.Sqlite;
using GradientCI.Testing;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace GradientCI.Storage.Tests.Sqlite;

public sealed class SqliteWriterTests : IAsyncLifetime, IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryFolder _folder = new();
    private readonly SqliteSession _session;
    private readonly SqliteWriter _writer;

    public SqliteWriterTests()
    {
        _session = SqliteSession.Open(_folder["some.db"], TimeSpan.FromSeconds(1));
        _session.Execute("CREATE TABLE notes (text TEXT)");
        _writer = new SqliteWriter(_session);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _writer.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_write_that_can_be_neither_finished_nor_undone_fails_and_so_do_later_ones_until_it_can()
    {
        await WriteAsync("before");
        raw.sqlite3_set_authorizer(_session.Connection.Handle, NeitherReleaseNorRollBack, null).ShouldBe(raw.SQLITE_OK);

        await Should.ThrowAsync<SqliteException>(() => WriteAsync("lost"));
        await Should.ThrowAsync<SqliteException>(() => WriteAsync("refused"));

        raw.sqlite3_set_authorizer(_session.Connection.Handle, (delegate_authorizer?)null, null).ShouldBe(raw.SQLITE_OK);
        await Should.ThrowAsync<SqliteException>(() => WriteAsync("the one that clears up"));
        await WriteAsync("after");
        (await NotesAsync()).ShouldBe(["before", "after"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Writes_to_a_connection_that_was_closed_fail_and_none_hangs()
    {
        await WriteAsync("before");

        await Should.ThrowAsync<InvalidOperationException>(() => _writer.RunAsync(Close, None));

        await Should.ThrowAsync<InvalidOperationException>(() => WriteAsync("after"));
        await Should.ThrowAsync<InvalidOperationException>(() => WriteAsync("after that"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_writer_that_was_disposed_takes_nothing_more_and_may_be_disposed_again()
    {
        await _writer.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(() => WriteAsync("late"));

        await _writer.DisposeAsync();
    }

    private static int NeitherReleaseNorRollBack(object data, int action, string? operation, string? name, string? database, string? inner) =>
        (action == raw.SQLITE_SAVEPOINT && operation == "RELEASE") || (action == raw.SQLITE_TRANSACTION && operation == "ROLLBACK")
            ? raw.SQLITE_DENY
            : raw.SQLITE_OK;

    private static bool Close(SqliteSession session)
    {
        session.Connection.Close();
        return true;
    }

    private Task<int> WriteAsync(string text) => _writer.RunAsync(session => session.Execute("INSERT INTO notes VALUES ($text)", ("$text", text)), None);

    private Task<List<string>> NotesAsync() => _writer.RunAsync(session => session.Query("SELECT text FROM notes", row => row.GetString(0)), None);
}
