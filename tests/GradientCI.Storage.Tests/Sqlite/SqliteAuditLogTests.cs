using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;
using Microsoft.Data.Sqlite;

namespace GradientCI.Storage.Tests.Sqlite;

public sealed class SqliteAuditLogTests : AuditLogContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = 60_000)]
    [InlineData("UPDATE audit SET who = 'nobody'")]
    [InlineData("DELETE FROM audit")]
    [InlineData("INSERT OR REPLACE INTO audit (key, at, who, action, subject, detail) VALUES (1, 0, 'nobody', 'pinned', '', '')")]
    public async Task The_database_itself_refuses_to_change_what_was_written(string sql)
    {
        var run = await Store.AddRunAsync();
        await Store.PinRunAsync(run.Id, isPinned: true, StoreSamples.Ada, CancellationToken.None);

        var refusal = await Should.ThrowAsync<SqliteException>(() => RunAsync(sql));

        refusal.Message.ShouldContain("The audit log is only added to.");
        (await Log.ListAuditEntriesAsync(DateTimeOffset.UnixEpoch, 9, CancellationToken.None)).ShouldBe([StoreSamples.Ada.Of(AuditAction.Pinned, "digits-3fa2c1/digits#1")]);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Actions))]
    public async Task A_change_whose_entry_cannot_be_written_has_not_happened(AuditAction action)
    {
        var change = SignedChange.All.Single(each => each.Action == action);
        await change.PrepareAsync(Store);
        var before = await change.LookAsync(Store);
        await RunAsync("CREATE TRIGGER nothing_is_noted BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'Out of ink.'); END");

        var refusal = await Should.ThrowAsync<Exception>(() => change.MakeAsync(Store));

        refusal.ToString().ShouldContain("Out of ink.");
        (await change.LookAsync(Store)).ShouldBe(before);
        await RunAsync("DROP TRIGGER nothing_is_noted");
        await change.MakeAsync(Store);
        (await change.LookAsync(Store)).ShouldNotBe(before);
    }

    private Task<int> RunAsync(string sql) => ((SqliteExperimentStore)Log).Writer.RunAsync(session => session.Execute(sql), CancellationToken.None);

    protected override async Task<IAuditLog> OpenAsync() => await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, CancellationToken.None);
}
