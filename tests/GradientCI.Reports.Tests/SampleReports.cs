using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;
using GradientCI.Specs;
using GradientCI.Testing.Snapshots;

namespace GradientCI.Reports;

/// <summary>The runs that the tests write reports of.</summary>
internal static class SampleReports
{
    /// <summary>A sweep of eight sets with three repeats that beats its baseline.</summary>
    public static ReportInput Passing()
    {
        var baseline = Sweep(new SnapshotBuilder("digits", 11), 0.92, [0.003, 0.01, 0.03, 0.05]);
        baseline.Run = baseline.Run with { Commit = baseline.Run.Commit with { Message = "Add weight decay", Ref = "refs/heads/main" } };
        var run = Sweep(new SnapshotBuilder("digits", 12), 0.932, [0.005, 0.02, 0.05, 0.2]);
        run.Run = run.Run with
        {
            Baseline = baseline.Run.Id,
            BaselineNote = "digits#11 ran at the merge base with main.",
            Changes =
            [
                new FileChange("train.py", "modified", null, 12, 4),
                new FileChange("src/optim/schedule.py", "added", null, 45, 0),
                new FileChange("docs/figures/curve.png", "modified", null, null, null),
                new FileChange("notes.md", "renamed", "NOTES.txt", 1, 1),
            ],
            Notices = ["The submodule third_party/data is not checked out."],
        };
        return new ReportInput(run.Build(), baseline.Build(), History());
    }

    /// <summary>A sweep in which some trials fail and a check does not pass.</summary>
    public static ReportInput Failing()
    {
        var run = new SnapshotBuilder("digits", 13).Objective("val_acc").AtLeast("val_acc", 0.95).AtLeast("recall", 0.5, required: false)
            .Search("lr", new FloatDomain(0.001, 10, Scale.Log)).Search("optimizer", new ChoiceDomain([ParameterValue.Of("sgd"), ParameterValue.Of("adam")]));
        for (var index = 0; index < 18; index++)
        {
            var rate = Math.Round(0.001 * Math.Pow(10, index / 4.5), 5);
            var (state, reason) = index switch
            {
                > 14 => (TrialState.Failed, "The command exited with code 1: ValueError: loss is NaN at step 40"),
                14 => (TrialState.TimedOut, "It ran longer than 2h."),
                _ => (TrialState.Succeeded, ""),
            };
            run.Trial($"lr={rate}, optimizer={(index % 2 == 0 ? "sgd" : "adam")}", state, reason,
                ("val_acc", Rise(0.9 - Math.Pow(Math.Log10(rate) + 0.9, 2) / 12, 30, index)),
                ("train_loss", index == 13 ? [2.3, 4, 80, 9e4, double.NaN, double.NaN, double.PositiveInfinity] : Fall(0.3, 30, index)));
        }

        run.Run = run.Run with { BaselineNote = "The base commit abc1234 has no run of this experiment.", Problem = "" };
        return new ReportInput(run.Build(), null, []);
    }

    /// <summary>One training without a sweep.</summary>
    public static ReportInput Single() => new(
        new SnapshotBuilder("train", 1)
            .With(run => run with { SamplerNote = "", BaselineNote = "This is the first run." })
            .Trial("lr=0.1, epochs=40",
                ("train_loss", Fall(0.2, 40, 1)), ("val_loss", Fall(0.31, 40, 2)), ("acc", Rise(0.93, 40, 3)),
                ("system/cpu_percent", Rise(93, 20, 4)), ("system/memory_bytes", [.. Rise(0.8, 20, 5).Select(share => Math.Round(share * 4e9))]))
            .Build(),
        null, []);

    /// <summary>A finished run whose trials printed nothing.</summary>
    public static ReportInput Silent() => new(
        new SnapshotBuilder().Objective("val_acc").AtLeast("val_acc", 0.9).Trial("lr=0.1").Trial("lr=0.2").Build(), null, []);

    /// <summary>A sweep of two repeats, on GPUs, that found three of its six results in earlier runs.</summary>
    public static ReportInput Reusing()
    {
        var run = new SnapshotBuilder().Objective("acc").Search("lr", new ChoiceDomain([ParameterValue.Of(0.1), ParameterValue.Of(0.2), ParameterValue.Of(0.4)]))
            .Spec(spec => spec with { Resources = new ResourceSpec { Gpus = 2 } });
        for (var index = 0; index < 6; index++)
        {
            run.Trial($"lr={(index < 2 ? "0.1" : index < 4 ? "0.2" : "0.4")}", ("acc", Rise(0.8 + (index / 100.0), 10, index)));
            _ = index < 3 ? run.Cached((11, index + 1), TimeSpan.FromMinutes(64)) : run;
        }

        return new ReportInput(run.Build(), null, []);
    }

    /// <summary>A sweep of accuracy against latency under a constraint, and one before it that was worse.</summary>
    public static ReportInput SeveralObjectives(int objectives = 2)
    {
        var baseline = Tradeoff(new SnapshotBuilder("digits", 11), 0.9, 12, objectives);
        var run = Tradeoff(new SnapshotBuilder("digits", 12), 0.93, 24, objectives)
            .Trial("width=999", TrialState.Failed, "The command ran out of memory.").Trial("width=7", ("val_acc", [0.3]));
        run.Run = run.Run with { Baseline = baseline.Run.Id, BaselineNote = "digits#11 ran at the parent commit." };
        return new ReportInput(run.Build(), baseline.Build(), []);
    }

    /// <summary>A run in the middle.</summary>
    public static ReportInput Running() => new(
        new SnapshotBuilder().Objective("loss", Direction.Minimize).With(run => run with { State = RunState.Running, EndedAt = null })
            .Trial("lr=0.1", ("loss", Fall(0.3, 20, 1))).Trial("lr=0.2", TrialState.Running, "", ("loss", Fall(0.4, 8, 2))).Trial("lr=0.4", TrialState.Queued).Build(),
        null, []);

    /// <summary>A sweep of many trials, each with curves of many points.</summary>
    public static ReportInput Large(int trials, int points, int metrics = 3)
    {
        var run = new SnapshotBuilder("large", 3).Objective("val_loss", Direction.Minimize)
            .Search("lr", new FloatDomain(1e-4, 1, Scale.Log)).Search("hidden", new IntDomain(8, 512)).Search("depth", new IntDomain(1, 6));
        var random = new Random(1);
        for (var index = 0; index < trials; index++)
        {
            var rate = Math.Pow(10, (random.NextDouble() * 4) - 4);
            var quality = 0.2 + (Math.Pow(Math.Log10(rate) + 1.7, 2) * 0.2) + (random.NextDouble() * 0.1);
            var parameters = new ParameterSet(
            [
                KeyValuePair.Create("lr", ParameterValue.Of(rate)), KeyValuePair.Create("hidden", ParameterValue.Of(8L + random.Next(500))),
                KeyValuePair.Create("depth", ParameterValue.Of(1L + (index % 6))), KeyValuePair.Create("index", ParameterValue.Of((long)index)),
            ]);
            var failed = random.NextDouble() < 0.04;
            run.Trial(parameters, failed ? TrialState.Failed : TrialState.Succeeded, failed ? $"The command exited with code {1 + (index % 3)}." : "",
                [.. Enumerable.Range(0, metrics).Select(metric => (
                    metric switch { 0 => "val_loss", 1 => "train_loss", 2 => "acc", _ => $"extra/metric_{metric}" },
                    SnapshotBuilder.Series(metric == 2 ? Rise(1 - (quality / 2), points, index) : Fall(quality + (metric * 0.1), points, index + metric))))]);
        }

        return new ReportInput(run.Build(), null, []);
    }

    public static ImmutableArray<HistoryPoint> History() =>
    [
        .. new (int Number, double? Best)[] { (6, 0.87), (7, 0.874), (8, null), (9, 0.901), (10, 0.915), (11, 0.92), (12, 0.932) }.Select(point => new HistoryPoint(
            $"digits#{point.Number}", SnapshotBuilder.Sha(point.Number).Value, $"Commit number {point.Number}", point.Best, point.Number == 12)),
    ];

    /// <summary>A curve that rises to a value, with some noise that follows from the seed.</summary>
    public static double[] Rise(double end, int points, int seed) => Curve(points, seed, at => end * (1 - (0.7 * Math.Exp(-5 * at))), 0.012 * Math.Abs(end), end);

    /// <summary>A curve that falls to a value.</summary>
    public static double[] Fall(double end, int points, int seed) => Curve(points, seed, at => end + (2 * Math.Exp(-5 * at)), 0.03, end);

    private static SnapshotBuilder Tradeoff(SnapshotBuilder run, double best, int sets, int objectives)
    {
        run.Objective("val_acc").Objective("latency_ms", Direction.Minimize).AtLeast("val_acc", 0.85).Search("width", new IntDomain(8, 512, Scale.Log))
            .Spec(spec => spec with { Constraints = [new ConstraintSpec("latency_ms", new Interval(null, false, 40, true, "<= 40"))] });
        _ = objectives > 2 ? run.Objective("size_mb", Direction.Minimize) : run;
        for (var index = 0; index < sets; index++)
        {
            var width = (int)(8 * Math.Pow(64, index / (sets - 1.0)));
            var luck = index * 37 % 11 / 11.0;
            run.Trial($"width={width}",
                ("val_acc", Rise(Math.Round(best - (0.5 / Math.Sqrt(width)) - (luck * 0.05), 4), 20, index)),
                ("latency_ms", [Math.Round(2 + (width / 11.0) + (luck * 3), 2)]), ("size_mb", [Math.Round((width * 0.2) + ((1 - luck) * 30), 2)]));
        }

        return run;
    }

    private static SnapshotBuilder Sweep(SnapshotBuilder run, double best, double[] rates)
    {
        run.Objective("val_acc").AtLeast("val_acc", 0.91)
            .Spec(spec => spec with
            {
                Checks =
                [
                    .. spec.Checks,
                    new CheckSpec { Metric = "val_loss", Target = new Interval(null, false, 0.4, true, "..0.40") },
                    new CheckSpec { Metric = "train_loss", AgainstBase = true, Better = Direction.Minimize, Tolerance = new Tolerance(0.05, true) },
                ],
                Sweep = spec.Sweep with { Repeats = 3, Seed = 42 },
            })
            .Search("lr", new ChoiceDomain([.. rates.Select(ParameterValue.Of)])).Search("batch", new ChoiceDomain([ParameterValue.Of(32), ParameterValue.Of(64)]));
        var index = 0;
        foreach (var rate in rates)
        {
            foreach (var batch in new[] { 32, 64 })
            {
                var value = best - Math.Abs(Math.Log10(rate / rates[2]) * 0.03) - (batch / 8_000.0) + 0.004;
                for (var repeat = 0; repeat < 3; repeat++, index++)
                {
                    run.Trial($"lr={rate}, batch={batch}",
                        ("val_acc", Rise(value + ((repeat - 1) * 0.002), 40, index)), ("val_loss", Fall(1.2 - value, 40, index + 50)), ("train_loss", Fall(1.1 - value, 40, index + 90)),
                        ("system/cpu_percent", Rise(95, 20, index)));
                }
            }
        }

        return run;
    }

    private static double[] Curve(int points, int seed, Func<double, double> shape, double noise, double end)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, points).Select(point => point == points - 1
            ? Math.Round(end, 5)
            : Math.Round(shape(point / (double)points) + ((random.NextDouble() - 0.5) * noise), 5))];
    }
}
