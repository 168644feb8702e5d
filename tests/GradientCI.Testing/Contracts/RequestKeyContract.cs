using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What every store of request keys promises.</summary>
public abstract class RequestKeyContract : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly RequestKey Key = new("laptop", "monday", "d1", StoreSamples.Noon);
    private IRequestKeyStore _keys = null!;

    private IExperimentStore Store => (IExperimentStore)_keys;

    public async Task InitializeAsync()
    {
        _keys = await OpenAsync();
        await Store.PutProjectAsync(StoreSamples.Project(), None);
    }

    public async Task DisposeAsync() => await ((IAsyncDisposable)_keys).DisposeAsync();

    protected abstract Task<IRequestKeyStore> OpenAsync();

    [Fact(Timeout = Patience)]
    public async Task Many_requests_of_one_key_are_one_run_that_was_started_once()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => CreateAsync(Key)));

        all.Count(each => each.IsNew).ShouldBe(1);
        all.Select(each => each.Run.Id).Distinct().ShouldBe([(await Store.ListRunsAsync(new RunQuery(), None)).ShouldHaveSingleItem().Id]);
        (await ((IAuditLog)_keys).ListAuditEntriesAsync(DateTimeOffset.UnixEpoch, 20, None)).ShouldHaveSingleItem().Action.ShouldBe(AuditAction.Started);
    }

    [Fact(Timeout = Patience)]
    public async Task Another_request_of_the_key_records_nothing_and_tells_what_was_asked_for_first()
    {
        var first = await CreateAsync(Key);

        var other = await CreateAsync(Key with { Digest = "d2" });

        (other.Run.Id, other.Digest, other.IsNew).ShouldBe((first.Run.Id, "d1", false));
        (await _keys.FindKeyedRunAsync(Key with { Digest = "d2" }, None))!.Digest.ShouldBe("d1");
    }

    [Fact(Timeout = Patience)]
    public async Task A_key_of_another_caller_is_another_key()
    {
        await CreateAsync(Key);

        (await _keys.FindKeyedRunAsync(Key with { Caller = "desktop" }, None)).ShouldBeNull();
        (await CreateAsync(Key with { Caller = "desktop" })).IsNew.ShouldBeTrue();
    }

    [Fact(Timeout = Patience)]
    public async Task A_key_is_known_for_a_day_from_its_first_request()
    {
        await CreateAsync(Key);
        var late = Key with { At = Key.At + RequestKey.Lifetime };

        (await _keys.FindKeyedRunAsync(late with { At = late.At.AddMilliseconds(-1) }, None)).ShouldNotBeNull();
        (await _keys.FindKeyedRunAsync(late, None)).ShouldBeNull();
        (await CreateAsync(late with { Digest = "d2" })).IsNew.ShouldBeTrue();
        (await _keys.FindKeyedRunAsync(late, None))!.Digest.ShouldBe("d2");
    }

    [Fact(Timeout = Patience)]
    public async Task A_key_goes_with_its_run()
    {
        var first = (await CreateAsync(Key)).Run.Id;
        await Store.UpdateRunAsync(new RunUpdate(first, [RunState.Queued], RunState.Finished, StoreSamples.Noon), None);
        await ((IWorkQueue)_keys).MarkAnnouncedAsync(first, None);
        await Store.AddRunAsync();
        (await Store.DeleteRunAsync(first, null, None)).ShouldBeTrue();

        (await _keys.FindKeyedRunAsync(Key, None)).ShouldBeNull();
        (await CreateAsync(Key)).IsNew.ShouldBeTrue();
        await Store.ReclaimAsync(None);
        (await _keys.FindKeyedRunAsync(Key, None)).ShouldNotBeNull();
    }

    private Task<KeyedRun> CreateAsync(RequestKey key) => _keys.CreateRunAsync(StoreSamples.Run(), StoreSamples.Ada, key, None);
}
