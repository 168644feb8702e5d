using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What every store of known heads promises.</summary>
public abstract class HeadStoreContract : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly string One = new('1', 40);
    private static readonly string Two = new('2', 40);

    private IHeadStore _store = null!;

    private static ProjectId Project => StoreSamples.Project().Id;

    public async Task InitializeAsync()
    {
        _store = await OpenAsync();
        await ((IExperimentStore)_store).PutProjectAsync(StoreSamples.Project(), None);
    }

    public async Task DisposeAsync() => await ((IAsyncDisposable)_store).DisposeAsync();

    protected abstract Task<IHeadStore> OpenAsync();

    [Fact(Timeout = Patience)]
    public async Task Nothing_is_known_of_a_repository_that_nobody_looked_at()
    {
        var known = await _store.ReadHeadsAsync(Project, None);

        known.LookedAt.ShouldBeNull();
        known.Objects.ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task What_was_heard_of_one_ref_says_nothing_about_the_others()
    {
        await _store.NoteHeadsAsync(Project, new Dictionary<string, string?> { ["refs/heads/main"] = One, ["refs/heads/Main"] = Two }, Noon, None);

        await _store.NoteHeadsAsync(Project, new Dictionary<string, string?> { ["refs/heads/main"] = Two }, null, None);

        var known = await _store.ReadHeadsAsync(Project, None);
        known.LookedAt.ShouldBe(Noon);
        known.Objects.ShouldBe(new Dictionary<string, string> { ["refs/heads/main"] = Two, ["refs/heads/Main"] = Two }, ignoreOrder: true);
    }

    [Fact(Timeout = Patience)]
    public async Task A_ref_that_is_gone_is_forgotten()
    {
        await _store.NoteHeadsAsync(Project, new Dictionary<string, string?> { ["refs/heads/main"] = One, ["refs/tags/v1"] = Two }, Noon, None);

        await _store.NoteHeadsAsync(Project, new Dictionary<string, string?> { ["refs/tags/v1"] = null, ["refs/tags/v2"] = null }, Noon.AddHours(1), None);

        var known = await _store.ReadHeadsAsync(Project, None);
        known.LookedAt.ShouldBe(Noon.AddHours(1));
        known.Objects.ShouldHaveSingleItem().Key.ShouldBe("refs/heads/main");
    }

    [Fact(Timeout = Patience)]
    public async Task Projects_do_not_see_each_others_heads()
    {
        await _store.NoteHeadsAsync(Project, new Dictionary<string, string?> { ["refs/heads/main"] = One }, Noon, None);

        var other = await _store.ReadHeadsAsync(new ProjectId("other-000000"), None);

        other.LookedAt.ShouldBeNull();
        other.Objects.ShouldBeEmpty();
    }
}
