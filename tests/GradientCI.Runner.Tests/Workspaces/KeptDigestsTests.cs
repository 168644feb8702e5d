using GradientCI.Runner.Workspaces;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Workspaces;

public sealed class KeptDigestsTests : IDisposable
{
    private const string OfHello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_plain_file_is_digested_whatever_its_name_is()
    {
        string[] names = ["a", "deep/b c", "new\nline", "back\\slash", "return\r"];
        foreach (var name in names)
        {
            _folder.Write($"kept/{name}", "hello");
        }

        KeptDigests.Record(_folder["kept"], _folder["kept.sha256"], long.MaxValue);

        KeptDigests.Read(_folder["kept.sha256"]).ShouldBe(names.Select(name => KeyValuePair.Create(name, OfHello)), ignoreOrder: true);
        File.ReadAllText(_folder["kept.sha256"]).ShouldContain($"{OfHello}  deep/b c\n");
    }

    [Fact]
    public void What_is_beyond_the_bound_has_no_digest()
    {
        _folder.Write("kept/a", "hello");
        _folder.Write("kept/b", "hello");

        KeptDigests.Record(_folder["kept"], _folder["kept.sha256"], 7);

        KeptDigests.Read(_folder["kept.sha256"]).Keys.ShouldBe(["a"]);
    }

    [Fact]
    public void A_folder_that_was_emptied_has_no_digests_any_more()
    {
        _folder.Write("kept/a", "hello");
        KeptDigests.Record(_folder["kept"], _folder["kept.sha256"], 100);
        File.Delete(_folder["kept/a"]);

        KeptDigests.Record(_folder["kept"], _folder["kept.sha256"], 100);

        File.Exists(_folder["kept.sha256"]).ShouldBeFalse();
        KeptDigests.Read(_folder["kept.sha256"]).ShouldBeEmpty();
    }
}
