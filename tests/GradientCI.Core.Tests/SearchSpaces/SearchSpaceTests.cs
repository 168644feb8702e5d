using System.Collections.Immutable;
using GradientCI.SearchSpaces;

namespace GradientCI.Core.Tests.SearchSpaces;

public sealed class SearchSpaceTests
{
    [Fact]
    public void Points_of_random_conditional_spaces_are_those_of_the_plain_definition()
    {
        var random = new Random(3);
        for (var at = 0; at < 500; at++)
        {
            var space = RandomSpace(random);
            var expected = Enumerate(space, [], 0).ToList();

            space.Points().ShouldBe(expected);
            space.CountPoints(1_000_000).ShouldBe(expected.Count);
            space.CountPoints(3).ShouldBe(Math.Min(4, expected.Count));
            expected.ShouldAllBe(point => space.Contains(point));
        }
    }

    [Fact]
    public void Fifty_parameters_of_fifty_values_are_more_than_any_limit()
    {
        var space = new SearchSpace([.. Enumerable.Range(0, 50).Select(at => new Parameter($"p{at}", new IntDomain(1, 50), []))]);

        space.CountPoints(10_000).ShouldBe(10_001);
        space.CountPoints(SearchSpace.CountLimit).ShouldBe(SearchSpace.CountLimit + 1);
        space.Contains(space.PointAt(SearchSpace.CountLimit)).ShouldBeTrue();
    }

    [Fact]
    public void Two_subtrees_at_the_limit_do_not_overflow_into_a_small_space()
    {
        ParameterDomain two = new ChoiceDomain([ParameterValue.Of(1L), ParameterValue.Of(2L)]);
        var chain = Enumerable.Range(0, 100).Select(n => new Parameter(
            $"p{n}", two, n == 0 ? [] : [new Condition($"p{n - 1}", [ParameterValue.Of(1L), ParameterValue.Of(2L)])]));

        new SearchSpace([.. chain]).CountPoints(10_000).ShouldBe(10_001);
    }

    [Fact]
    public void A_space_without_parameters_has_one_point() =>
        SearchSpace.Empty.Points().ShouldBe([ParameterSet.Empty]);

    [Fact]
    public void A_parameter_whose_parent_does_not_exist_does_not_exist()
    {
        var one = ParameterValue.Of(1);
        var space = new SearchSpace(
        [
            new("a", new IntDomain(1, 2), []),
            new("b", new IntDomain(1, 2), [new("a", [one])]),
            new("c", new IntDomain(1, 2), [new("b", [one])]),
            new("d", new IntDomain(1, 9), [new("unknown", [one])]),
        ]);

        space.Points().Select(point => point.ToString()).ShouldBe(["a=1, b=1, c=1", "a=1, b=1, c=2", "a=1, b=2", "a=2"]);
    }

    // YAML reads "when: { momentum: 1 }" as an integer.
    [Fact]
    public void Conditions_compare_numbers_as_numbers()
    {
        var space = new SearchSpace(
        [
            new("momentum", new FloatDomain(0, 1, Step: 0.5), []),
            new("hidden", new IntDomain(1, 1), []),
            new("a", new IntDomain(7, 7), [new("momentum", [ParameterValue.Of(1)]), new("hidden", [ParameterValue.Of(1.0)])]),
        ]);

        space.Points().Select(point => point.ToString()).ShouldBe(["momentum=0, hidden=1", "momentum=0.5, hidden=1", "momentum=1, hidden=1, a=7"]);
        space.Points().ShouldAllBe(point => space.Contains(point));
    }

    [Fact]
    public void A_huge_parent_is_not_listed_to_count_its_children()
    {
        var space = new SearchSpace(
        [
            new("n", new IntDomain(0, 1_000_000_000_000), []),
            new("child", new IntDomain(1, 3), [new("n", [ParameterValue.Of(500L), ParameterValue.Of(7L)])]),
        ]);

        space.CountPoints(SearchSpace.CountLimit).ShouldBe(1_000_000_000_001 + 4);
        space.PointAt(8).ToString().ShouldBe("n=7, child=2");
        space.PointAt(10).ToString().ShouldBe("n=8");
        space.PointAt(1_000_000_000_004).ToString().ShouldBe("n=1000000000000");
    }

    // 30 switches and then a parameter for each: 2^30 situations, which nobody may wait for.
    [Fact]
    public void Conditions_that_make_too_many_situations_count_as_more_than_the_limit()
    {
        var switches = Enumerable.Range(0, 30).Select(at => new Parameter($"s{at}", new IntDomain(0, 1), []));
        var children = Enumerable.Range(0, 30).Select(at => new Parameter($"c{at}", new IntDomain(0, 1), [new($"s{at}", [ParameterValue.Of(1)])]));
        var space = new SearchSpace([.. switches, .. children]);

        space.CountPoints(10_000).ShouldBe(10_001);
    }

    [Fact]
    public void Thousands_of_conditional_parameters_are_counted_without_recursion()
    {
        var space = new SearchSpace(
        [
            new("a", new IntDomain(0, 1), []),
            .. Enumerable.Range(0, 5_000).Select(at => new Parameter($"p{at}", new IntDomain(0, 0), [new("a", [ParameterValue.Of(1)])])),
        ]);

        space.CountPoints(10_000).ShouldBe(2);
        space.PointAt(1).Count.ShouldBe(5_001);
    }

    [Fact]
    public void Every_value_of_a_long_choice_may_have_a_child_of_its_own()
    {
        var values = Enumerable.Range(0, 1_500).Select(at => ParameterValue.Of($"v{at}")).ToList();
        var space = new SearchSpace(
        [
            new("model", new ChoiceDomain([.. values]), []),
            .. values.Select((value, at) => new Parameter($"p{at}", new IntDomain(1, 2), [new("model", [value])])),
        ]);

        space.CountPoints(10_000).ShouldBe(3_000);
        space.PointAt(2_999).ToString().ShouldBe("model=v1499, p1499=2");
    }

    [Fact]
    public void Spaces_of_equal_parameters_are_equal()
    {
        SearchSpace Make() => new([new("a", new IntDomain(1, 2), []), new("b", new ChoiceDomain([ParameterValue.Of("x")]), [new("a", [ParameterValue.Of(1)])])]);

        Make().ShouldBe(Make());
        Make().GetHashCode().ShouldBe(Make().GetHashCode());
        Make().ShouldNotBe(new SearchSpace([.. Make().Parameters.Take(1)]));
    }

    [Fact]
    public void A_copy_with_other_parameters_has_other_points()
    {
        var space = new SearchSpace([new("a", new IntDomain(1, 2), [])]);
        var before = space.CountPoints(100);

        var copy = space with { Parameters = [new("a", new IntDomain(1, 5), [])] };

        (before, copy.CountPoints(100)).ShouldBe((2, 5));
    }

    private static SearchSpace RandomSpace(Random random)
    {
        var parameters = new List<Parameter>();
        for (var at = 0; at < random.Next(1, 7); at++)
        {
            var conditions = Enumerable.Range(0, at == 0 ? 0 : random.Next(0, 3)).Select(_ =>
            {
                var parent = parameters[random.Next(at)];
                return new Condition(parent.Name, [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => parent.Domain.At(random.Next((int)parent.Domain.Count!.Value))).Select(value => value.Counterpart ?? value)]);
            });
            ParameterDomain domain = random.Next(3) switch
            {
                0 => new IntDomain(0, random.Next(0, 4)),
                1 => new FloatDomain(0, 0.1 * random.Next(1, 4), Step: 0.1),
                _ => new ChoiceDomain([.. Enumerable.Range(0, random.Next(1, 4)).Select(value => ParameterValue.Of($"v{value}"))]),
            };
            parameters.Add(new Parameter($"p{at}", domain, [.. conditions]));
        }

        return new SearchSpace([.. parameters]);
    }

    private static IEnumerable<ParameterSet> Enumerate(SearchSpace space, ImmutableArray<KeyValuePair<string, ParameterValue>> chosen, int at)
    {
        if (at == space.Parameters.Length)
        {
            return [new ParameterSet(chosen)];
        }

        var parameter = space.Parameters[at];
        var known = chosen.ToDictionary(StringComparer.Ordinal);
        return SearchSpace.IsActive(parameter, name => known.TryGetValue(name, out var value) ? value : null)
            ? Enumerable.Range(0, (int)parameter.Domain.Count!.Value)
                .SelectMany(index => Enumerate(space, chosen.Add(KeyValuePair.Create(parameter.Name, parameter.Domain.At(index))), at + 1))
            : Enumerate(space, chosen, at + 1);
    }
}
