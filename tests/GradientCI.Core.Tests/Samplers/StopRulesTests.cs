using GradientCI.Metrics;
using GradientCI.Samplers;
using GradientCI.Specs;

namespace GradientCI.Core.Tests.Samplers;

public sealed class StopRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
    private static readonly Objective Accuracy = new("val_acc", Direction.Maximize);

    [Fact]
    public void Without_rules_a_sweep_goes_on() =>
        Reason(new StopSpec(), Accuracy, 0.1, 0.2, 0.99).ShouldBeNull();

    [Fact]
    public void The_time_ends_a_sweep_to_the_second()
    {
        var stop = new StopSpec { After = TimeSpan.FromHours(6) };

        StopRules.ReasonToStop(stop, [], new SweepProgress(Start, Start.AddHours(6).AddSeconds(-1), 0, [])).ShouldBeNull();
        StopRules.ReasonToStop(stop, [], new SweepProgress(Start, Start.AddHours(6), 0, [])).ShouldBe("the sweep's time of 6h is used up");
    }

    [Fact]
    public void Gpu_hours_end_a_sweep()
    {
        var stop = new StopSpec { GpuHours = 0.5 };

        StopRules.ReasonToStop(stop, [], new SweepProgress(Start, Start, 1_799, [])).ShouldBeNull();
        StopRules.ReasonToStop(stop, [], new SweepProgress(Start, Start, 1_800, [])).ShouldBe("the sweep's 0.5 GPU hours are used up");
    }

    [Theory]
    [InlineData(Direction.Maximize, 0.9, "target 0.9 reached by parameter set 2")]
    [InlineData(Direction.Maximize, 0.91, null)]
    [InlineData(Direction.Minimize, 0.5, "target 0.5 reached by parameter set 1")]
    [InlineData(Direction.Minimize, 0.4, null)]
    public void The_target_is_reached_by_a_value_that_is_at_least_as_good(Direction direction, double target, string? reason) =>
        Reason(new StopSpec { Target = target }, new Objective("m", direction), 0.5, 0.9).ShouldBe(reason);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_value_that_is_not_finite_reaches_no_target(double value) =>
        Reason(new StopSpec { Target = 0.9 }, Accuracy, value).ShouldBeNull();

    [Fact]
    public void Patience_counts_sets_since_the_last_new_best()
    {
        var stop = new StopSpec { Patience = 3 };

        Reason(stop, Accuracy, 0.5, 0.4, 0.5, 0.6, 0.6, 0.6).ShouldBeNull();
        Reason(stop, Accuracy, 0.5, 0.4, 0.5, 0.6, 0.6, 0.6, 0.1).ShouldBe("the last 3 parameter sets brought no new best");
    }

    [Fact]
    public void Sets_without_a_value_wear_patience_out()
    {
        Reason(new StopSpec { Patience = 3 }, Accuracy, null, double.NaN, null).ShouldBe("the last 3 parameter sets brought no new best");
    }

    [Fact]
    public void With_several_objectives_patience_counts_sets_since_the_last_that_was_new_on_the_front()
    {
        EndedSet[] sets = [Of(1, 0.5, 10), Of(2, 0.9, 30), Of(3, 0.4, 5), Of(4, 0.4, 6), Of(5, 0.9, 30), Of(6), Of(7, double.NaN, 1), Of(8, 0.5, 9)];

        Stop(sets[..6]).ShouldBeNull();
        Stop(sets[..7]).ShouldBe("the last 4 parameter sets brought nothing new to the front");
        Stop(sets).ShouldBeNull();

        static EndedSet Of(int number, params double[] values) => new(number, values.Length == 0 ? null : values[0]) { Values = [.. values] };

        static string? Stop(EndedSet[] ended) => StopRules.ReasonToStop(
            new StopSpec { Patience = 4 }, [Accuracy, new Objective("latency_ms", Direction.Minimize)], new SweepProgress(Start, Start, 0, ended));
    }

    [Fact]
    public void With_several_objectives_the_target_is_one_of_the_first() => StopRules
        .ReasonToStop(new StopSpec { Target = 0.9 }, [Accuracy, new Objective("f1", Direction.Maximize)], new SweepProgress(Start, Start, 0, [new(1, 0.5) { Values = [0.5, 0.99] }, new(2, 0.9) { Values = [0.9, 0.1] }]))
        .ShouldBe("target 0.9 reached by parameter set 2");

    private static string? Reason(StopSpec stop, Objective objective, params double?[] values) =>
        StopRules.ReasonToStop(stop, [objective], new SweepProgress(Start, Start, 0, [.. values.Select((value, at) => new EndedSet(at + 1, value))]));
}
