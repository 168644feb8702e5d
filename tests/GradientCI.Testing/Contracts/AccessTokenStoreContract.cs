using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What every store of tokens promises.</summary>
public abstract class AccessTokenStoreContract : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = StoreSamples.Noon;
    private static readonly string Digest = new('a', 64);
    private static readonly string OtherDigest = new('b', 64);

    /// <summary>The store.</summary>
    protected IAccessTokenStore Store { get; private set; } = null!;

    public async Task InitializeAsync() => Store = await OpenAsync();

    public async Task DisposeAsync() => await CloseAsync(Store);

    protected abstract Task<IAccessTokenStore> OpenAsync();

    protected abstract ValueTask CloseAsync(IAccessTokenStore store);

    [Theory(Timeout = Patience)]
    [InlineData(AccessScope.Read)]
    [InlineData(AccessScope.Run)]
    [InlineData(AccessScope.Admin)]
    public async Task A_token_is_found_by_its_digest_with_all_that_it_may(AccessScope scope)
    {
        var token = Some("laptop") with { Scope = scope, Project = new ProjectId("digits-1"), ExpiresAt = Noon.AddDays(90) };

        (await Store.AddTokenAsync(token, Digest, StoreSamples.Ada, None)).ShouldBeTrue();

        (await Store.FindTokenAsync(Digest, None)).ShouldBe(token);
        (await Store.FindTokenAsync(OtherDigest, None)).ShouldBeNull();
    }

    [Fact(Timeout = Patience)]
    public async Task A_name_and_a_digest_are_given_once()
    {
        await Store.AddTokenAsync(Some("laptop"), Digest, StoreSamples.Ada, None);

        (await Store.AddTokenAsync(Some("laptop") with { Scope = AccessScope.Admin }, OtherDigest, StoreSamples.Ada, None)).ShouldBeFalse();
        (await Store.AddTokenAsync(Some("other"), Digest, StoreSamples.Ada, None)).ShouldBeFalse();

        (await Store.ListTokensAsync(None)).ShouldBe([Some("laptop")]);
    }

    [Fact(Timeout = Patience)]
    public async Task Tokens_are_listed_by_name()
    {
        await Store.AddTokenAsync(Some("b"), Digest, StoreSamples.Ada, None);
        await Store.AddTokenAsync(Some("a"), OtherDigest, StoreSamples.Ada, None);

        (await Store.ListTokensAsync(None)).Select(token => token.Name).ShouldBe(["a", "b"]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_removed_token_is_gone_and_its_name_is_free()
    {
        await Store.AddTokenAsync(Some("laptop"), Digest, StoreSamples.Ada, None);

        (await Store.RemoveTokenAsync("laptop", StoreSamples.Ada, None)).ShouldBeTrue();
        (await Store.RemoveTokenAsync("laptop", StoreSamples.Ada, None)).ShouldBeFalse();

        (await Store.FindTokenAsync(Digest, None)).ShouldBeNull();
        (await Store.AddTokenAsync(Some("laptop"), OtherDigest, StoreSamples.Ada, None)).ShouldBeTrue();
    }

    [Fact(Timeout = Patience)]
    public async Task The_latest_use_is_kept()
    {
        await Store.AddTokenAsync(Some("laptop"), Digest, StoreSamples.Ada, None);

        await Store.RecordTokenUseAsync("laptop", Noon.AddHours(2), None);
        await Store.RecordTokenUseAsync("laptop", Noon.AddHours(1), None);
        await Store.RecordTokenUseAsync("nobody", Noon.AddHours(3), None);

        (await Store.FindTokenAsync(Digest, None))!.LastUsedAt.ShouldBe(Noon.AddHours(2));
    }

    private static AccessToken Some(string name) => new(name, AccessScope.Read, Noon);
}
