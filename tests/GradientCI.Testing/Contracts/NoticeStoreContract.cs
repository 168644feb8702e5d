using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What every outbox of notices promises: none is lost, and none is made twice.</summary>
public abstract class NoticeStoreContract : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = StoreSamples.Noon;
    private static readonly WantedNotice Wanted = new("webhook chat", "{}");

    private IExperimentStore _store = null!;

    private INoticeStore Notices => (INoticeStore)_store;

    public async Task InitializeAsync() => _store = await OpenAsync();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    /// <summary>Opens a store that is a queue and an outbox, too.</summary>
    protected abstract Task<IExperimentStore> OpenAsync();

    [Fact(Timeout = Patience)]
    public async Task Whoever_announces_a_run_leaves_its_ending_once()
    {
        var run = await EndedRunAsync();
        (await Notices.ListEndingsAsync(9, None)).ShouldBeEmpty();

        await AnnounceAsync(run);
        await AnnounceAsync(run);

        var ending = (await Notices.ListEndingsAsync(9, None)).ShouldHaveSingleItem();
        (ending.Run, ending.At).ShouldBe((run.Id, Noon));
        await Notices.SetNoticesAsync(ending, [], Noon, None);
        await AnnounceAsync(run);
        (await Notices.ListEndingsAsync(9, None)).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_that_was_taken_up_again_ends_again()
    {
        var run = await EndedRunAsync();
        await AnnounceAsync(run);
        await Notices.SetNoticesAsync(await EndingAsync(), [], Noon, None);

        await _store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Cancelled], RunState.Queued, Noon), None);
        await _store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Cancelled, Noon.AddHours(1)), None);
        await AnnounceAsync(run);

        (await EndingAsync()).At.ShouldBe(Noon.AddHours(1));
    }

    [Fact(Timeout = Patience)]
    public async Task Of_two_who_look_at_an_ending_one_sets_its_notices()
    {
        await AnnounceAsync(await EndedRunAsync());
        var ending = await EndingAsync();

        await Notices.SetNoticesAsync(ending, [Wanted, Wanted with { Channel = "mail" }], Noon, None);
        await Notices.SetNoticesAsync(ending, [Wanted], Noon, None);

        (await Notices.ListDueNoticesAsync(Noon, [], 9, None)).Select(notice => (notice.Channel, notice.WantedAt, notice.Attempts)).ShouldBe([("webhook chat", Noon, 0), ("mail", Noon, 0)]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_notice_stays_until_it_is_ended_and_comes_again_when_it_is_time()
    {
        await AnnounceAsync(await EndedRunAsync());
        await Notices.SetNoticesAsync(await EndingAsync(), [Wanted], Noon, None);
        var notice = (await Notices.ListDueNoticesAsync(Noon, [], 9, None)).ShouldHaveSingleItem();

        await Notices.PostponeNoticeAsync(notice.Id, Noon.AddMinutes(1), None);
        (await Notices.ListDueNoticesAsync(Noon, [], 9, None)).ShouldBeEmpty();
        (await Notices.ListDueNoticesAsync(Noon.AddMinutes(1), [], 9, None)).ShouldBe([notice with { Attempts = 1 }]);

        await Notices.EndNoticeAsync(notice.Id, None);
        (await Notices.ListDueNoticesAsync(Noon.AddDays(9), [], 9, None)).ShouldBeEmpty();
    }

    private Task AnnounceAsync(Run run) => ((IWorkQueue)_store).MarkAnnouncedAsync(run.Id, None);

    private async Task<RunEnding> EndingAsync() => (await Notices.ListEndingsAsync(9, None)).ShouldHaveSingleItem();

    private async Task<Run> EndedRunAsync()
    {
        var run = await _store.AddRunAsync();
        await _store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Cancelled, Noon), None);
        return run;
    }
}
