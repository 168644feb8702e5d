using GradientCI.Specs;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Tests.Triggers;

public sealed class PushRulesTests
{
    private const string Old = "1111111111111111111111111111111111111111";
    private const string New = "2222222222222222222222222222222222222222";

    [Theory]
    [InlineData("refs/heads/main", true)]
    [InlineData("refs/heads/exp/lr", true)]
    [InlineData("refs/tags/v1", false)]
    [InlineData("refs/notes/commits", false)]
    public void Wants_NoFilter_IsEveryBranchAndNoTag(string name, bool expected) => new PushTrigger().Wants(Update(name)).ShouldBe(expected);

    [Theory]
    [InlineData("refs/heads/main", true)]
    [InlineData("refs/heads/exp/a/b", true)]
    [InlineData("refs/heads/exp/old/b", false)]
    [InlineData("refs/heads/topic", false)]
    [InlineData("refs/tags/main", false)]
    public void Wants_Branches_LeavesTagsOut(string name, bool expected) =>
        new PushTrigger { Branches = ["main", "exp/**"], BranchesIgnore = ["exp/old/*"] }.Wants(Update(name)).ShouldBe(expected);

    [Theory]
    [InlineData("refs/heads/v1", false)]
    [InlineData("refs/tags/v1", true)]
    [InlineData("refs/tags/v1-rc", false)]
    [InlineData("refs/tags/w1", false)]
    public void Wants_Tags_LeavesBranchesOut(string name, bool expected) =>
        new PushTrigger { Tags = ["v*"], TagsIgnore = ["*-rc"] }.Wants(Update(name)).ShouldBe(expected);

    [Fact]
    public void Wants_BranchesAndTags_TakesBoth()
    {
        var push = new PushTrigger { BranchesIgnore = ["wip"], TagsIgnore = ["x"] };

        push.Wants(Update("refs/heads/main")).ShouldBeTrue();
        push.Wants(Update("refs/heads/wip")).ShouldBeFalse();
        push.Wants(Update("refs/tags/v1")).ShouldBeTrue();
        push.Wants(Update("refs/tags/x")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(true, "src/a.py", "docs/x.md")]
    [InlineData(false, "docs/x.md")]
    [InlineData(false, "src/gen/a.py")]
    [InlineData(false)]
    public void WantsOneOf_PathsAndIgnored_NeedsOneThatCounts(bool expected, params string[] changed) =>
        new PushTrigger { Paths = ["src/**", "train.py"], PathsIgnore = ["src/gen/**"] }.WantsOneOf(changed).ShouldBe(expected);

    [Fact]
    public void WantsOneOf_IgnoredAlone_NeedsOneOther()
    {
        var push = new PushTrigger { PathsIgnore = ["**/*.md", "*.md"] };

        push.WantsOneOf(["a.md", "docs/b.md"]).ShouldBeFalse();
        push.WantsOneOf(["a.md", "train.py"]).ShouldBeTrue();
    }

    [Fact]
    public void LooksAtPaths_Tag_Never()
    {
        var push = new PushTrigger { Paths = ["src/**"], Tags = ["*"] };

        push.LooksAtPaths(Update("refs/heads/main")).ShouldBeTrue();
        push.LooksAtPaths(Update("refs/tags/v1")).ShouldBeFalse();
        new PushTrigger().LooksAtPaths(Update("refs/heads/main")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("Try it [skip ci]", "[skip ci]")]
    [InlineData("Try it\n\nDetails. [Skip Gradient]", "[skip gradient]")]
    [InlineData("Skip ci", null)]
    public void FindSkipMarker_AnywhereInTheMessage(string message, string? expected) => PushRules.FindSkipMarker(message).ShouldBe(expected);

    // Whatever is asked for, what is left out stays out, and asking for more never takes anything away.
    [Fact]
    public void Wants_AnyFilters_IgnoreWinsAndWideningOnlyAdds()
    {
        var random = new Random(7);
        string[] globs = ["main", "exp/**", "*", "exp/*", "**", "v?", "release/**/x"];
        string[] names = ["main", "exp/a", "exp/a/b", "v1", "release/x", "release/1/2/x", "ünï/cödé"];
        for (var round = 0; round < 2000; round++)
        {
            var (wanted, ignored, more) = (Pick(), Pick(), Pick());
            foreach (var name in names)
            {
                var isWanted = new PushTrigger { Branches = [.. wanted], BranchesIgnore = [.. ignored] }.Wants(Update("refs/heads/" + name));

                (isWanted && ignored.Any(glob => new GradientCI.Runner.Globs.Glob(glob).IsMatch(name))).ShouldBeFalse();
                if (isWanted && wanted.Length > 0)
                {
                    new PushTrigger { Branches = [.. wanted, .. more], BranchesIgnore = [.. ignored] }.Wants(Update("refs/heads/" + name)).ShouldBeTrue();
                }
            }
        }

        string[] Pick() => [.. globs.Where(_ => random.Next(4) == 0)];
    }

    [Theory]
    [InlineData($"{Old} {New} refs/heads/main")]
    [InlineData($"{Old} {New} refs/heads/größe/ünïcode")]
    [InlineData($"{Old} {New} refs/heads/-dash")]
    public void Parse_WhatGitWrites_IsRead(string line) => RefUpdate.Parse(line).ShouldNotBeNull();

    [Theory]
    [InlineData("")]
    [InlineData($"{Old} {New}")]
    [InlineData($"{Old} {New} main")]
    [InlineData($"{Old} {New} refs/heads/a b")]
    [InlineData($"{Old} {New} refs/heads/\u001b[31m")]
    [InlineData($"{Old} {New} refs/heads/../../etc")]
    [InlineData($"{Old} {New} refs/heads/a*")]
    [InlineData($"{Old} --upload-pack=x refs/heads/a")]
    [InlineData($"{Old} 2222 refs/heads/a")]
    [InlineData($"{Old} {New} refs/heads//a")]
    public void Parse_WhatGitNeverWrites_IsRefused(string line) => RefUpdate.Parse(line).ShouldBeNull();

    private static RefUpdate Update(string name) => RefUpdate.Parse($"{Old} {New} {name}")!;
}
