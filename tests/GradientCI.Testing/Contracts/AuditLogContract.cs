using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What every audit log promises.</summary>
public abstract class AuditLogContract : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly AuditEntry Entry = new(StoreSamples.Noon, "ada@box", AuditAction.Cancelled, "digits-3fa2c1/digits#1", "It ran too long.");

    /// <summary>The log.</summary>
    protected IAuditLog Log { get; private set; } = null!;

    public async Task InitializeAsync() => Log = await OpenAsync();

    public async Task DisposeAsync() => await ((IAsyncDisposable)Log).DisposeAsync();

    protected abstract Task<IAuditLog> OpenAsync();

    [Fact(Timeout = Patience)]
    public async Task Every_kind_of_action_is_kept_as_it_was_told()
    {
        foreach (var action in Enum.GetValues<AuditAction>())
        {
            await Log.AddAuditEntryAsync(Entry with { Action = action }, None);
        }

        var entries = await Log.ListAuditEntriesAsync(DateTimeOffset.UnixEpoch, 100, None);

        entries.ShouldBe(Enum.GetValues<AuditAction>().Reverse().Select(action => Entry with { Action = action }));
    }

    [Fact(Timeout = Patience)]
    public async Task The_newest_come_first_as_many_as_are_asked_for_and_none_from_before()
    {
        foreach (var hour in (int[])[2, 0, 3, 1])
        {
            await Log.AddAuditEntryAsync(Entry with { At = Entry.At.AddHours(hour) }, None);
        }

        (await Log.ListAuditEntriesAsync(Entry.At.AddHours(1), 2, None)).Select(entry => (entry.At - Entry.At).TotalHours).ShouldBe([3, 2]);
        (await Log.ListAuditEntriesAsync(Entry.At.AddHours(1), 9, None)).Select(entry => (entry.At - Entry.At).TotalHours).ShouldBe([3, 2, 1]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_text_of_any_length_is_cut_between_characters()
    {
        await Log.AddAuditEntryAsync(Entry with { Subject = new string('s', 199) + "😀", Detail = new string('d', 5_000) }, None);

        var entry = (await Log.ListAuditEntriesAsync(DateTimeOffset.UnixEpoch, 1, None)).ShouldHaveSingleItem();

        entry.Subject.ShouldBe(new string('s', 199));
        entry.Detail.Length.ShouldBe(1_000);
    }

    [Fact(Timeout = Patience)]
    public async Task Whoever_approves_a_strangers_commit_is_on_it_once()
    {
        var (forges, project, sha) = ((IForgeStore)Log, StoreSamples.Project(), new CommitSha(new string('a', 40)));
        await forges.PutRepositoryAsync(project, new ForgeRepository(project.Id, "github", 7, "ada", "digits", "https://github.com/ada/digits.git", "main"), None);

        await forges.ApproveAsync(new Approval(project.Id, 5, sha, "ada@box", StoreSamples.Noon), None);
        await forges.ApproveAsync(new Approval(project.Id, 5, sha, "bob@box", StoreSamples.Noon), None);

        (await Log.ListAuditEntriesAsync(DateTimeOffset.UnixEpoch, 9, None)).ShouldBe([new(StoreSamples.Noon, "ada@box", AuditAction.Approved, "digits-3fa2c1#5", sha.Value)]);
    }
}
