using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What every store of sealed secrets promises.</summary>
public abstract class SecretStoreContract : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = StoreSamples.Noon;
    private static readonly ProjectId Digits = new("digits-1");

    /// <summary>The store.</summary>
    protected ISecretStore Store { get; private set; } = null!;

    public async Task InitializeAsync() => Store = await OpenAsync();

    public async Task DisposeAsync() => await CloseAsync(Store);

    protected abstract Task<ISecretStore> OpenAsync();

    protected abstract ValueTask CloseAsync(ISecretStore store);

    [Fact(Timeout = Patience)]
    public async Task A_secret_is_kept_as_it_was_sealed()
    {
        var secret = Some("API_KEY", 0, 255, 7) with { Project = Digits };

        await Store.SetSecretAsync(secret, None);

        ShouldBeAlike((await Store.ListSecretsAsync(None)).ShouldHaveSingleItem(), secret);
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_set_again_takes_the_place_of_what_was_set()
    {
        await Store.SetSecretAsync(Some("API_KEY", 1), None);
        var second = Some("API_KEY", 2) with { KeyId = "other", SetAt = Noon.AddHours(1), SetBy = "bo@box" };

        await Store.SetSecretAsync(second, None);

        ShouldBeAlike((await Store.ListSecretsAsync(None)).ShouldHaveSingleItem(), second);
    }

    [Fact(Timeout = Patience)]
    public async Task A_name_may_be_of_every_project_and_of_some()
    {
        await Store.SetSecretAsync(Some("B", 1) with { Project = Digits }, None);
        await Store.SetSecretAsync(Some("B", 2), None);
        await Store.SetSecretAsync(Some("A", 3), None);
        await Store.SetSecretAsync(Some("A", 4) with { Project = new ProjectId("art-2") }, None);

        (await Store.ListSecretsAsync(None)).Select(secret => (secret.Project?.Value, secret.Name))
            .ShouldBe([(null, "A"), (null, "B"), ("art-2", "A"), ("digits-1", "B")]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_gets_its_projects_own_before_that_of_every_project_and_no_other_projects()
    {
        await Store.SetSecretAsync(Some("A", 1), None);
        await Store.SetSecretAsync(Some("A", 2) with { Project = Digits }, None);
        await Store.SetSecretAsync(Some("B", 3), None);
        await Store.SetSecretAsync(Some("C", 4) with { Project = new ProjectId("art-2") }, None);

        (await Store.ReadSecretsAsync(new RunId(Digits, "digits", 1), ["B", "A", "C"], StoreSamples.Ada, None)).Select(secret => secret.Box.Single()).ShouldBe([3, 2]);
    }

    [Fact(Timeout = Patience)]
    public async Task Who_reads_is_on_the_audit_log_with_the_names()
    {
        await Store.SetSecretAsync(Some("A", 1), None);

        await Store.ReadSecretsAsync(new RunId(Digits, "digits", 1), ["A"], StoreSamples.Ada, None);

        (await ((IAuditLog)Store).ListAuditEntriesAsync(DateTimeOffset.UnixEpoch, 10, None))
            .ShouldContain(entry => entry.Action == AuditAction.SecretRead && entry.Who == StoreSamples.Ada.Who && entry.Subject == "digits-1/digits#1" && entry.Detail == "A");
    }

    [Fact(Timeout = Patience)]
    public async Task Where_one_is_missing_none_counts_as_read()
    {
        await Store.SetSecretAsync(Some("A", 1), None);

        await Store.ReadSecretsAsync(new RunId(Digits, "digits", 1), ["A", "B"], StoreSamples.Ada, None);

        (await ((IAuditLog)Store).ListAuditEntriesAsync(DateTimeOffset.UnixEpoch, 10, None)).ShouldHaveSingleItem().Action.ShouldBe(AuditAction.SecretSet);
    }

    [Fact(Timeout = Patience)]
    public async Task A_removed_secret_is_gone_and_no_other()
    {
        await Store.SetSecretAsync(Some("A", 1), None);
        await Store.SetSecretAsync(Some("A", 2) with { Project = Digits }, None);

        (await Store.RemoveSecretAsync(Digits, "A", StoreSamples.Ada, None)).ShouldBeTrue();
        (await Store.RemoveSecretAsync(Digits, "A", StoreSamples.Ada, None)).ShouldBeFalse();

        (await Store.ListSecretsAsync(None)).ShouldHaveSingleItem().Project.ShouldBeNull();
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_sealed_anew_keeps_who_set_it_and_when()
    {
        var secret = Some("A", 1) with { Project = Digits };
        await Store.SetSecretAsync(secret, None);

        (await Store.ResealSecretsAsync([(secret, secret with { KeyId = "new", Box = [9, 9] })], StoreSamples.Ada, None)).ShouldBe(1);

        ShouldBeAlike((await Store.ListSecretsAsync(None)).ShouldHaveSingleItem(), secret with { KeyId = "new", Box = [9, 9] });
    }

    [Fact(Timeout = Patience)]
    public async Task What_was_set_or_removed_meanwhile_is_not_sealed_anew()
    {
        var (changed, removed) = (Some("A", 1), Some("B", 2));
        await Store.SetSecretAsync(changed with { Box = [5] }, None);

        (await Store.ResealSecretsAsync([(changed, changed with { Box = [8] }), (removed, removed with { Box = [9] })], StoreSamples.Ada, None)).ShouldBe(0);

        (await Store.ListSecretsAsync(None)).ShouldHaveSingleItem().Box.ShouldBe([(byte)5]);
    }

    private static SealedSecret Some(string name, params byte[] box) => new(null, name, "key", [.. box], Noon, "ann@box");

    private static void ShouldBeAlike(SealedSecret actual, SealedSecret expected)
    {
        actual.Box.ShouldBe(expected.Box);
        (actual with { Box = ImmutableArray<byte>.Empty }).ShouldBe(expected with { Box = ImmutableArray<byte>.Empty });
    }
}
