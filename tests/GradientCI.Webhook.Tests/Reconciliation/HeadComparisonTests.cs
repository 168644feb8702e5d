using System.Collections.Immutable;
using GradientCI.Stores;
using GradientCI.Webhook.Reconciliation;

namespace GradientCI.Webhook.Tests.Reconciliation;

public sealed class HeadComparisonTests
{
    private static readonly string One = new('1', 40);
    private static readonly string Two = new('2', 40);
    private static readonly string Zeros = new('0', 40);

    [Fact]
    public void What_is_new_or_names_something_else_was_pushed()
    {
        var found = Compare(new() { ["refs/heads/main"] = One, ["refs/heads/same"] = One }, new() { ["refs/heads/main"] = Two, ["refs/heads/same"] = One, ["refs/tags/v1"] = Two });

        found.Pushed.Select(update => (update.Old, update.New, update.Ref)).ShouldBe([(One, Two, "refs/heads/main"), (Zeros, Two, "refs/tags/v1")]);
        found.Gone.ShouldBeEmpty();
    }

    [Fact]
    public void The_heads_of_pull_requests_are_none_of_the_branches()
    {
        var found = Compare(new() { ["refs/pull/7/head"] = One }, new() { ["refs/pull/7/head"] = Two, ["refs/pull/10/head"] = One, ["refs/pull/x/head"] = One, ["refs/pull//head"] = One });

        found.Pushed.ShouldBeEmpty();
        found.Pulled.ShouldBe([new(7, Two), new(10, One)]);
    }

    [Fact]
    public void A_ref_that_is_gone_is_forgotten_and_starts_nothing()
    {
        var found = Compare(new() { ["refs/heads/topic"] = One }, []);

        found.Gone.ShouldBe(["refs/heads/topic"]);
        found.Pushed.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("refs/heads/../main")]
    [InlineData("refs/heads/a b")]
    [InlineData("HEAD")]
    public void What_no_git_would_list_is_left_out(string name) => Compare([], new() { [name] = One }).Pushed.ShouldBeEmpty();

    [Fact]
    public void An_object_that_is_none_is_left_out() => Compare([], new() { ["refs/heads/main"] = "--upload-pack=touch" }).Pushed.ShouldBeEmpty();

    private static HeadComparison Compare(Dictionary<string, string> known, Dictionary<string, string> listed) =>
        HeadComparison.Of(new KnownHeads(DateTimeOffset.UnixEpoch, known.ToImmutableDictionary(StringComparer.Ordinal)), listed);
}
