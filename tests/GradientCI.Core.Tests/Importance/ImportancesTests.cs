using GradientCI.Importance;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;

namespace GradientCI.Core.Tests.Importance;

public sealed class ImportancesTests
{
    private static readonly SearchSpace Cube = new([.. "abc".Select(name => new Parameter($"{name}", new FloatDomain(0, 1), []))]);

    [Fact]
    public void Of_a_sum_each_parameter_explains_the_variance_of_its_term()
    {
        var analysis = Importances.Of(Cube, Measured(Cube, 500, set => (3 * Number(set, "a")) + Number(set, "b")))!;

        analysis.Parameters.Select(parameter => parameter.Parameter).ShouldBe(["a", "b", "c"]);
        analysis.Parameters[0].Share.ShouldBe(0.9, 0.03);
        analysis.Parameters[1].Share.ShouldBe(0.1, 0.03);
        analysis.Parameters[2].Share.ShouldBeLessThan(0.01);
        analysis.Explained.ShouldBeGreaterThan(0.9);
    }

    // Its indices are known in closed form: 0.314, 0.442 and 0, and 0.244 of the first and the third together (Ishigami and Homma, 1990).
    [Fact]
    public void Of_Ishigamis_function_shares_and_the_one_pair_come_near_the_closed_form()
    {
        var space = new SearchSpace([.. "xyz".Select(name => new Parameter($"{name}", new FloatDomain(-Math.PI, Math.PI), []))]);

        var analysis = Importances.Of(space, Measured(space, 1_000, set =>
            Math.Sin(Number(set, "x")) + (7 * Math.Pow(Math.Sin(Number(set, "y")), 2)) + (0.1 * Math.Pow(Number(set, "z"), 4) * Math.Sin(Number(set, "x")))))!;

        Share(analysis, "x").ShouldBe(0.314, 0.05);
        Share(analysis, "y").ShouldBe(0.442, 0.05);
        Share(analysis, "z").ShouldBeLessThan(0.03);
        (analysis.Pairs[0].First, analysis.Pairs[0].Second).ShouldBe(("x", "z"));
        analysis.Pairs[0].Share.ShouldBe(0.244, 0.06);
    }

    [Fact]
    public void A_choice_counts_whatever_the_order_of_its_values()
    {
        var space = new SearchSpace([.. Cube.Parameters, new("kind", new ChoiceDomain([.. "pqrst".Select(value => ParameterValue.Of($"{value}"))]), [])]);

        var analysis = Importances.Of(space, Measured(space, 400, set => (set["kind"]!.Value.ToString() is "q" or "s" ? 1 : 0) + (0.1 * Number(set, "a"))))!;

        analysis.Parameters[0].Parameter.ShouldBe("kind");
        analysis.Parameters[0].Share.ShouldBeGreaterThan(0.95);
    }

    [Fact]
    public void A_parameter_that_often_does_not_exist_is_weighed_by_how_often()
    {
        var space = new SearchSpace(
        [
            new("optimizer", new ChoiceDomain([ParameterValue.Of("adam"), ParameterValue.Of("sgd")]), []),
            new("momentum", new FloatDomain(0, 1), [new("optimizer", [ParameterValue.Of("sgd")])]),
            new("a", new FloatDomain(0, 1), []),
        ]);

        var analysis = Importances.Of(space, Measured(space, 600, set => set["momentum"] is { } momentum ? momentum.AsDouble : 0.5))!;

        analysis.Parameters[0].Parameter.ShouldBe("momentum");
        Share(analysis, "a").ShouldBeLessThan(0.02);
        analysis.Explained.ShouldBeGreaterThan(0.9);
    }

    [Fact]
    public void Noise_is_told_by_how_little_is_explained()
    {
        var random = SplitMix64.For(7, 7);

        var analysis = Importances.Of(Cube, Measured(Cube, 200, _ => random.NextUnit()))!;

        analysis.Explained.ShouldBeLessThan(0.1);
    }

    [Fact]
    public void Values_over_many_decades_are_learnt_by_their_logarithm()
    {
        var analysis = Importances.Of(Cube, Measured(Cube, 300, set => Math.Exp((20 * Number(set, "a")) + (5 * Number(set, "b")))))!;

        analysis.IsLog.ShouldBeTrue();
        Share(analysis, "a").ShouldBe(16 / 17.0, 0.03);
        analysis.RandomDraws.ShouldAllBe(value => value > 0 && double.IsFinite(value));
        analysis.Landscape!.Values[0][0].ShouldBeLessThan(analysis.Landscape.Values[^1][^1]);
    }

    [Fact]
    public void Values_at_the_ends_of_what_a_double_holds_are_analysed_too()
    {
        var analysis = Importances.Of(Cube, Measured(Cube, 100, set => (Number(set, "a") - 0.5) * double.MaxValue * 1.9))!;

        Share(analysis, "a").ShouldBeGreaterThan(0.9);
        analysis.RandomDraws.ShouldAllBe(value => double.IsFinite(value));
    }

    [Fact]
    public void Failed_sets_are_passed_over()
    {
        var sets = Measured(Cube, 100, set => Number(set, "a")).ToArray();

        var analysis = Importances.Of(Cube, sets.Concat(Measured(Cube, 50, _ => double.NaN)).Concat(Measured(Cube, 50, _ => double.PositiveInfinity)))!;

        analysis.Parameters.ShouldBe(Importances.Of(Cube, sets)!.Parameters);
        analysis.Sets.ShouldBe(100);
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(100, 0)]
    public void Too_few_sets_or_equal_values_give_no_answer(int sets, double slope) =>
        Importances.Of(Cube, Measured(Cube, sets, set => slope * Number(set, "a"))).ShouldBeNull();

    [Fact]
    public void A_space_of_nothing_gives_no_answer() =>
        Importances.Of(SearchSpace.Empty, Enumerable.Range(0, 20).Select(value => (new ParameterSet([]), (double)value))).ShouldBeNull();

    private static double Number(ParameterSet set, string name) => set[name]!.Value.AsDouble;

    private static double Share(ImportanceAnalysis analysis, string name) => analysis.Parameters.Single(parameter => parameter.Parameter == name).Share;

    private static IEnumerable<(ParameterSet Parameters, double Value)> Measured(SearchSpace space, int sets, Func<ParameterSet, double> value)
    {
        for (var at = 0; at < sets; at++)
        {
            var random = SplitMix64.For(1, at);
            var set = space.At([.. space.Parameters.Select(_ => random.NextUnit())]);
            yield return (set, value(set));
        }
    }
}
