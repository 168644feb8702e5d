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
        var entry = new AuditEntry(StoreSamples.Noon, "ada@box", AuditAction.Pinned, "digits-3fa2c1/digits#1", "");
        await Log.AddAuditEntryAsync(entry, CancellationToken.None);

        var refusal = await Should.ThrowAsync<SqliteException>(() => ((SqliteExperimentStore)Log).Writer.RunAsync(session => session.Execute(sql), CancellationToken.None));

        refusal.Message.ShouldContain("The audit log is only added to.");
        (await Log.ListAuditEntriesAsync(DateTimeOffset.UnixEpoch, 9, CancellationToken.None)).ShouldBe([entry]);
    }

    protected override async Task<IAuditLog> OpenAsync() => await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, CancellationToken.None);
}
