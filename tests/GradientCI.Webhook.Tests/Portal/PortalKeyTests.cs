using GradientCI.Testing;
using GradientCI.Webhook.Portal;

namespace GradientCI.Webhook.Tests.Portal;

public sealed class PortalKeyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "portal.key");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_key_is_made_once_for_its_owner_alone()
    {
        var first = PortalKey.Open(File).Sign("/");

        PortalKey.Open(File).Sign("/").ShouldBe(first);
        System.IO.File.GetUnixFileMode(File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.EnumerateFiles(_folder.Path).ShouldBe([File]);
    }

    [Fact]
    public async Task Of_many_who_make_it_at_once_all_get_the_same()
    {
        var signatures = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => PortalKey.Open(File).Sign("/"))));

        signatures.Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public void Only_the_signature_of_the_very_path_matches()
    {
        var key = PortalKey.Open(File);
        var signature = key.Sign("/runs/a/b/1");

        key.Matches("/runs/a/b/1", signature).ShouldBeTrue();
        key.Matches("/runs/a/b/2", signature).ShouldBeFalse();
        key.Matches("/runs/a/b/1", signature + "A").ShouldBeFalse();
        key.Matches("/runs/a/b/1", "").ShouldBeFalse();
        key.Matches("/runs/a/b/1", null).ShouldBeFalse();
        signature.ShouldMatch(@"\A[A-Za-z0-9_-]{43}\z");
    }

    [Fact]
    public void A_file_that_holds_no_key_is_refused()
    {
        System.IO.File.WriteAllText(File, "short");

        Should.Throw<GradientException>(() => PortalKey.Open(File)).Remedy!.ShouldContain("Delete it");
    }
}
