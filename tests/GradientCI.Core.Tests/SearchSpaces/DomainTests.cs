using GradientCI.SearchSpaces;

namespace GradientCI.Core.Tests.SearchSpaces;

public sealed class DomainTests
{
    public static TheoryData<ParameterDomain> Finite =>
    [
        new IntDomain(1, 10),
        new IntDomain(-7, 23, Step: 5),
        new IntDomain(1, 1_000, Scale.Log, 7),
        new IntDomain(long.MinValue, long.MaxValue),
        new IntDomain(long.MinValue, long.MaxValue, Step: long.MaxValue),
        new IntDomain(long.MaxValue, long.MaxValue),
        new IntDomain(1, long.MaxValue, Scale.Log),
        new FloatDomain(0, 1, Step: 0.1),
        new FloatDomain(0.1, 0.3, Step: 0.1),
        new FloatDomain(1e-4, 1, Scale.Log, 1e-4),
        new FloatDomain(0.12345678901234567, 2, Step: 0.25),
        new FloatDomain(1e-30, 1e-28, Step: 1e-30),
        new FloatDomain(-1e308, 1e308, Step: 1e307),
        new FloatDomain(1e15, 1e15 + 100, Step: 3),
        new FloatDomain(0.5, 0.5),
        new FloatDomain(1, 2, Step: 5),
        new FloatDomain(0, 1, Step: 1e-12),
        new ChoiceDomain([ParameterValue.Of("a"), ParameterValue.Of(1), ParameterValue.Of(1.0), ParameterValue.Of(true)]),
    ];

    public static TheoryData<ParameterDomain> Continua =>
    [
        new FloatDomain(0, 1),
        new FloatDomain(1e-300, 1e300, Scale.Log),
        new FloatDomain(-1.7e308, 1.7e308),
        new FloatDomain(1e-4, 1, Scale.Log),
        new FloatDomain(1e10, 1e10 + 1, Step: 1e-12),
    ];

    [Theory, MemberData(nameof(Finite))]
    public void Every_position_of_a_finite_domain_has_a_value_of_its_own_inside(ParameterDomain domain)
    {
        var count = domain.Count.ShouldNotBeNull();
        var last = count - 1;
        long[] positions = [.. new[] { 0, 1, 2, 3, last / 3, last / 2, last - 1, last }.Where(at => at >= 0 && at < count).Distinct()];

        var values = positions.Select(domain.At).ToList();

        values.Distinct().Count().ShouldBe(positions.Length);
        values.ShouldAllBe(value => domain.Contains(value));
        values.Select(domain.IndexOf).ShouldBe(positions);
    }

    [Theory, MemberData(nameof(Finite)), MemberData(nameof(Continua))]
    public void Every_draw_is_among_the_draws_that_stand_for_its_value(ParameterDomain domain)
    {
        var random = new Random(1);
        foreach (var unit in Enumerable.Range(0, 500).Select(_ => random.NextDouble()).Append(0).Append(1 - (1.0 / (1L << 53))))
        {
            var units = domain.UnitsOf(domain.Draw(unit));

            // Values of a continuum are rounded to six digits.
            unit.ShouldBeInRange(units.From - 1e-5, units.To + 1e-5);
            units.From.ShouldBeInRange(0, units.To);
            units.To.ShouldBeInRange(units.From, 1);
            units.Middle.ShouldBeInRange(units.From, units.To);
        }
    }

    [Theory]
    [InlineData(Scale.Linear)]
    [InlineData(Scale.Log)]
    public void The_draws_of_neighbours_meet_and_those_of_all_values_fill_the_unit_interval(Scale scale)
    {
        foreach (var domain in new ParameterDomain[] { new IntDomain(1, 60, scale), new IntDomain(2, 60, scale, 7), new FloatDomain(0.5, 4, scale, 0.25) })
        {
            var units = Enumerable.Range(0, (int)domain.Count!.Value).Select(at => domain.UnitsOf(domain.At(at))).ToList();

            (units[0].From, units[^1].To).ShouldBe((0, 1));
            units.Zip(units.Skip(1)).ShouldAllBe(pair => Math.Abs(pair.First.To - pair.Second.From) < 1e-12 && pair.First.Width > 0);
            units.Select(each => domain.Draw(each.Middle)).ShouldBe(Enumerable.Range(0, units.Count).Select(at => domain.At(at)));
        }
    }

    [Theory, MemberData(nameof(Finite)), MemberData(nameof(Continua))]
    public void Every_draw_lies_inside(ParameterDomain domain)
    {
        var random = new Random(1);
        var draws = Enumerable.Range(0, 2_000).Select(_ => random.NextDouble()).Append(0).Append(1 - (1.0 / (1L << 53)));

        draws.Select(domain.Draw).ShouldAllBe(value => domain.Contains(value));
    }

    [Theory, MemberData(nameof(Continua))]
    public void A_continuum_has_no_positions(ParameterDomain domain)
    {
        domain.Count.ShouldBeNull();
        Should.Throw<InvalidOperationException>(() => domain.At(0));
    }

    [Fact]
    public void Random_stepped_floats_count_as_decimals_do()
    {
        var random = new Random(2);
        for (var at = 0; at < 2_000; at++)
        {
            decimal low = random.Next(-1_000, 1_000) / 100m, step = random.Next(1, 500) / 1_000m, high = low + (step * random.Next(1, 200));
            var domain = new FloatDomain((double)low, (double)high, Step: (double)step);
            var expected = Enumerable.Range(0, (int)((high - low) / step) + 1).Select(index => (double)(low + (step * index))).ToList();

            var values = Enumerable.Range(0, (int)domain.Count!.Value).Select(index => domain.At(index).AsDouble);

            values.ShouldBe(expected);
        }
    }

    [Fact]
    public void Steps_read_as_a_person_would_write_them()
    {
        var domain = new FloatDomain(0, 1, Step: 0.1);

        var texts = Enumerable.Range(0, 11).Select(index => domain.At(index).ToString());

        texts.ShouldBe(["0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1"]);
    }

    [Fact]
    public void Values_between_the_steps_are_outside()
    {
        new FloatDomain(0, 1, Step: 0.1).Contains(ParameterValue.Of(0.15)).ShouldBeFalse();
        new FloatDomain(0, 1).Contains(ParameterValue.Of(double.NaN)).ShouldBeFalse();
        new FloatDomain(0, 1, Step: 0.1).Contains(ParameterValue.Of("0.1")).ShouldBeFalse();
        new IntDomain(long.MinValue, long.MaxValue, Step: 2).Contains(ParameterValue.Of(long.MaxValue)).ShouldBeFalse();
        new IntDomain(0, 10, Step: 4).Contains(ParameterValue.Of(10L)).ShouldBeFalse();
        new IntDomain(0, 10).Contains(ParameterValue.Of(11L)).ShouldBeFalse();
    }

    [Fact]
    public void The_widest_whole_number_is_drawn_from_both_ends()
    {
        var domain = new IntDomain(long.MinValue, long.MaxValue);

        domain.Draw(0).AsInteger.ShouldBe(long.MinValue);
        domain.Draw(1 - (1.0 / (1L << 53))).AsInteger.ShouldBeGreaterThan(long.MaxValue - 4_096);
        domain.Draw(0.5).AsInteger.ShouldBe(0);
    }

    [Theory]
    [InlineData(Scale.Linear)]
    [InlineData(Scale.Log)]
    public void Both_ends_of_a_whole_number_are_drawn(Scale scale)
    {
        var domain = new IntDomain(1, 4, scale);

        domain.Draw(0).AsInteger.ShouldBe(1);
        domain.Draw(1 - (1.0 / (1L << 53))).AsInteger.ShouldBe(4);
    }
}
