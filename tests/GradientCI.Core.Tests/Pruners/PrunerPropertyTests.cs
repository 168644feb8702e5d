using GradientCI.Pruners;

namespace GradientCI.Core.Tests.Pruners;

/// <summary>What every pruner keeps to that compares trials with each other, on curves that chance draws.</summary>
public sealed class PrunerPropertyTests
{
    private const int Trials = 40;
    private const int Steps = 30;

    public static TheoryData<string, int> Cases()
    {
        var cases = new TheoryData<string, int>();
        foreach (var pruner in new[] { "asha", "hyperband", "median", "percentile" })
        {
            for (var seed = 1; seed <= 5; seed++)
            {
                cases.Add(pruner, seed);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_best_that_reached_a_step_is_never_pruned_there(string pruner, int seed)
    {
        var judging = Judged(pruner);
        var random = new Random(seed);
        var best = new double[Steps + 1];
        Array.Fill(best, double.PositiveInfinity);

        foreach (var (trial, step) in Interleaved(random))
        {
            var loss = random.NextDouble() + (1.0 / step);
            best[step] = Math.Min(best[step], loss);
            var reason = judging.Show(trial, step, loss);

            (reason is not null && loss <= best[step]).ShouldBeFalse($"{reason} {loss}");
            End(judging, trial, step);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_same_curves_give_the_same_judgements_in_whatever_order_they_came(string pruner, int seed)
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, Trials).Select(_ => Enumerable.Range(1, Steps).Select(step => Odd(random, random.NextDouble() + (1.0 / step))).ToArray()).ToArray();
        var (one, other) = (Judged(pruner), Judged(pruner));

        foreach (var (judging, order) in new[] { (one, Interleaved(random)), (other, Interleaved(random)) })
        {
            foreach (var (trial, step) in order)
            {
                judging.Show(trial, step, values[trial][step - 1]);
                if (judging == one)
                {
                    // Looked at all along, or never before its end.
                    judging.NextToResume();
                }

                End(judging, trial, step);
            }
        }

        Enumerable.Range(0, Trials).Select(one.Reason).ShouldBe(Enumerable.Range(0, Trials).Select(other.Reason));
        one.NextToResume().ShouldBe(other.NextToResume());
    }

    [Theory]
    [InlineData("asha")]
    [InlineData("hyperband")]
    [InlineData("median")]
    [InlineData("percentile")]
    [InlineData("patience")]
    public void What_is_not_finite_breaks_nothing_and_beats_nobody(string pruner)
    {
        var judging = Judged(pruner);
        double[] odd = [double.NaN, double.PositiveInfinity, double.NegativeInfinity];
        for (var trial = 0; trial < 30; trial++)
        {
            judging.Show(trial, 1, odd[trial % 3], odd[(trial + 1) % 3]);
            judging.Show(trial, odd[trial % 3], 0.5);
            judging.Show(trial, -5, 0.5);
            judging.Curves.End(trial, trial % 2 == 0 ? CurveEnd.Completed : CurveEnd.Paused);
            judging.NextToResume();
        }

        judging.Show(100, 1, 0.5).ShouldBeNull();
    }

    // The rule as it is written down, over all curves each time.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Asha_judges_as_its_rule_says(int seed)
    {
        var judging = Judged("asha");
        var random = new Random(seed);
        var qualities = Enumerable.Range(0, Trials).Select(_ => Math.Round(random.NextDouble(), 2)).ToArray();
        var reached = new Dictionary<(int Trial, double Rung), double>();

        foreach (var (trial, step) in Interleaved(random))
        {
            // In the same order at each step: all rungs are believed.
            var loss = qualities[trial] + (1.0 / step);
            var reason = judging.Show(trial, step, loss);

            if (step is 1 or 3 or 9 or 27)
            {
                reached[(trial, step)] = loss;
                var all = reached.Where(each => each.Key.Rung == step).Select(each => each.Value).ToList();
                (reason is null).ShouldBe(all.Count(other => other < loss) < Math.Max(1, all.Count / 3));
            }
            else
            {
                reason.ShouldBeNull();
            }
        }
    }

    private static Judging Judged(string pruner) => new(pruner, null, pruner == "hyperband" ? [("max-step", Steps)] : []);

    private static void End(Judging judging, int trial, int step)
    {
        if (step == Steps)
        {
            judging.Curves.End(trial, trial % 3 == 0 ? CurveEnd.Paused : CurveEnd.Completed);
        }
    }

    private static double Odd(Random random, double value) => random.Next(20) switch { 0 => double.NaN, 1 => double.PositiveInfinity, _ => value };

    // Each trial's steps in order, those of different trials mixed.
    private static List<(int Trial, int Step)> Interleaved(Random random)
    {
        var next = Enumerable.Repeat(1, Trials).ToArray();
        var order = new List<(int, int)>();
        while (order.Count < Trials * Steps)
        {
            var trial = random.Next(Trials);
            if (next[trial] <= Steps)
            {
                order.Add((trial, next[trial]++));
            }
        }

        return order;
    }
}
