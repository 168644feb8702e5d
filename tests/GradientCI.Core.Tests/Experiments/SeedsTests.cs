using GradientCI.Experiments;
using GradientCI.SearchSpaces;

namespace GradientCI.Core.Tests.Experiments;

public sealed class SeedsTests
{
    private static readonly ParameterSet Set = Some.Set(("lr", ParameterValue.Of(0.1)), ("hidden", ParameterValue.Of(8)));

    // The seed is part of the fingerprint: another one would make every earlier result useless.
    [Fact]
    public void Seeds_never_change_between_versions() =>
        new[] { Seeds.SeedFor(42, Set, 1), Seeds.SeedFor(42, Set, 2), Seeds.SeedFor(0, ParameterSet.Empty, 1) }.ShouldBe([41774390, 548726503, 1387031527]);

    [Fact]
    public void Every_repeat_has_its_own()
    {
        var seeds = Enumerable.Range(1, 10_000).Select(repeat => Seeds.SeedFor(42, Set, repeat)).ToList();

        seeds.Distinct().Count().ShouldBe(10_000);
        seeds.ShouldAllBe(seed => seed >= 0);
    }

    [Fact]
    public void The_order_of_the_parameters_does_not_matter_and_everything_else_does()
    {
        var reordered = Some.Set(("hidden", ParameterValue.Of(8)), ("lr", ParameterValue.Of(0.1)));
        var other = Some.Set(("hidden", ParameterValue.Of(9)), ("lr", ParameterValue.Of(0.1)));

        Seeds.SeedFor(42, reordered, 1).ShouldBe(Seeds.SeedFor(42, Set, 1));
        Seeds.SeedFor(42, other, 1).ShouldNotBe(Seeds.SeedFor(42, Set, 1));
        Seeds.SeedFor(43, Set, 1).ShouldNotBe(Seeds.SeedFor(42, Set, 1));
    }
}
