using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What every audit log promises.</summary>
public abstract class AuditLogContract : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Signature Ada = StoreSamples.Ada;

    /// <summary>What is signed, for theories.</summary>
    public static TheoryData<AuditAction> Actions => [.. SignedChange.All.Select(change => change.Action)];

    /// <summary>The log.</summary>
    protected IAuditLog Log { get; private set; } = null!;

    /// <summary>What is changed.</summary>
    protected IExperimentStore Store => (IExperimentStore)Log;

    public async Task InitializeAsync() => Log = await OpenAsync();

    public async Task DisposeAsync() => await ((IAsyncDisposable)Log).DisposeAsync();

    protected abstract Task<IAuditLog> OpenAsync();

    [Fact]
    public void Every_action_of_a_store_is_signed() => SignedChange.All.Select(change => change.Action)
        .ShouldBe(Enum.GetValues<AuditAction>().Except([AuditAction.Restored, AuditAction.SecretRead]), ignoreOrder: true);

    [Theory(Timeout = Patience)]
    [MemberData(nameof(Actions))]
    public async Task A_change_brings_its_entry_and_what_changes_nothing_brings_none(AuditAction action)
    {
        var change = SignedChange.All.Single(each => each.Action == action);
        await change.PrepareAsync(Store);
        var before = (await ListAsync()).Length;

        await change.MakeAsync(Store);
        var once = await ListAsync();
        await change.MakeAsync(Store);
        var twice = await ListAsync();

        once[..^before].ShouldBe([change.Entry]);
        (twice.Length - once.Length).ShouldBe(change.CountsAgain ? 1 : 0);
    }

    [Fact(Timeout = Patience)]
    public async Task What_nobody_signs_is_not_on_it()
    {
        var run = await Store.AddRunAsync(trials: 1);

        await Store.UpdateRunAsync(RunUpdate.Cancellation(run.Id, "A newer commit was pushed.", StoreSamples.Noon), None);

        (await ListAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task The_newest_come_first_as_many_as_are_asked_for_and_none_from_before()
    {
        var run = await Store.AddRunAsync();
        foreach (var hour in (int[])[2, 0, 3, 1])
        {
            await Store.PinRunAsync(run.Id, isPinned: true, Ada with { At = Ada.At.AddHours(hour) }, None);
        }

        (await Log.ListAuditEntriesAsync(Ada.At.AddHours(1), 2, None)).Select(entry => (entry.At - Ada.At).TotalHours).ShouldBe([3, 2]);
        (await Log.ListAuditEntriesAsync(Ada.At.AddHours(1), 9, None)).Select(entry => (entry.At - Ada.At).TotalHours).ShouldBe([3, 2, 1]);
    }

    [Fact(Timeout = Patience)]
    public async Task Pages_follow_each_other_without_gap_or_double_though_entries_are_added()
    {
        var run = await Store.AddRunAsync();
        foreach (var hour in (int[])[2, 1, 1, 1, 0, 3])
        {
            await Store.PinRunAsync(run.Id, isPinned: true, Ada with { At = Ada.At.AddHours(hour), Detail = $"{hour}" }, None);
        }

        var (hours, place) = (new List<double>(), (AuditPlace?)null);
        do
        {
            var page = await Log.ListAuditPageAsync(Ada.At.AddHours(1), place, 2, None);
            hours.AddRange(page.Entries.Select(entry => (entry.At - Ada.At).TotalHours));
            await Store.PinRunAsync(run.Id, isPinned: true, Ada with { At = Ada.At.AddHours(9) }, None);
            place = page.Next;
        }
        while (place is not null);

        hours.ShouldBe([3, 2, 1, 1, 1]);
        (await Log.ListAuditPageAsync(Ada.At.AddHours(10), null, 2, None)).Entries.ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_text_of_any_length_is_cut_between_characters()
    {
        var run = await Store.AddRunAsync();

        await Store.PinRunAsync(run.Id, isPinned: true, Ada with { Who = new string('w', 199) + "😀", Detail = new string('d', 5_000) }, None);

        var entry = (await ListAsync()).ShouldHaveSingleItem();
        entry.Who.ShouldBe(new string('w', 199));
        entry.Detail.Length.ShouldBe(1_000);
    }

    [Fact(Timeout = Patience)]
    public async Task Whoever_approves_a_strangers_commit_is_on_it_once()
    {
        var (forges, project, sha) = ((IForgeStore)Log, StoreSamples.Project(), new CommitSha(new string('a', 40)));
        await forges.PutRepositoryAsync(project, new ForgeRepository(project.Id, "github", 7, "ada", "digits", "https://github.com/ada/digits.git", "main"), None);

        await forges.ApproveAsync(new Approval(project.Id, 5, sha, "ada@box", StoreSamples.Noon), None);
        await forges.ApproveAsync(new Approval(project.Id, 5, sha, "bob@box", StoreSamples.Noon), None);

        (await ListAsync()).ShouldBe([new(StoreSamples.Noon, "ada@box", AuditAction.Approved, "digits-3fa2c1#5", sha.Value)]);
    }

    private async Task<AuditEntry[]> ListAsync() => [.. await Log.ListAuditEntriesAsync(DateTimeOffset.UnixEpoch, 100, None)];
}
