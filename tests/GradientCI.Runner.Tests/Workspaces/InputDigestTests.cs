using GradientCI.Runner.Git;
using GradientCI.Runner.Workspaces;

namespace GradientCI.Runner.Tests.Workspaces;

public sealed class InputDigestTests
{
    private static readonly TreeEntry[] Tree =
    [
        new(".gradient.yml", TreeEntryMode.Regular, new string('1', 40), 1),
        new("README.md", TreeEntryMode.Regular, new string('2', 40), 1),
        new("src/a.py", TreeEntryMode.Regular, new string('3', 40), 1),
        new("src/b/c.py", TreeEntryMode.Regular, new string('4', 40), 1),
    ];

    private static string Whole => InputDigest.Of(Tree, []);

    [Fact]
    public void The_order_of_the_listing_does_not_count() => InputDigest.Of([.. Tree.Reverse()], []).ShouldBe(Whole);

    [Fact]
    public void The_manifest_does_not_count() => InputDigest.Of(With(0, entry => entry with { ObjectId = new string('9', 40) }), []).ShouldBe(Whole);

    [Fact]
    public void A_content_counts() => InputDigest.Of(With(2, entry => entry with { ObjectId = new string('9', 40) }), []).ShouldNotBe(Whole, StringComparer.Ordinal);

    [Fact]
    public void A_path_counts() => InputDigest.Of(With(2, entry => entry with { Path = "src/z.py" }), []).ShouldNotBe(Whole, StringComparer.Ordinal);

    [Fact]
    public void A_mode_counts() => InputDigest.Of(With(2, entry => entry with { Mode = TreeEntryMode.Executable }), []).ShouldNotBe(Whole, StringComparer.Ordinal);

    [Fact]
    public void Files_outside_the_globs_do_not_count()
    {
        var inputs = InputDigest.Of(Tree, ["src/**"]);

        InputDigest.Of(With(1, entry => entry with { ObjectId = new string('9', 40) }), ["src/**"]).ShouldBe(inputs);
        InputDigest.Of(With(3, entry => entry with { ObjectId = new string('9', 40) }), ["src/**"]).ShouldNotBe(inputs, StringComparer.Ordinal);
        inputs.ShouldNotBe(Whole, StringComparer.Ordinal);
    }

    [Fact]
    public void Globs_that_match_nothing_are_named() =>
        InputDigest.Unmatched(Tree, ["src/**", "sr/**", "*.md"]).ShouldBe(["sr/**"]);

    private static TreeEntry[] With(int index, Func<TreeEntry, TreeEntry> change) =>
        [.. Tree.Select((entry, at) => at == index ? change(entry) : entry)];
}
