using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Runner.Retention;
using GradientCI.Testing.Contracts;

namespace GradientCI.Runner.Tests.Retention;

public sealed class RetentionRulesTests
{
    private static readonly Objective Score = new("score", Direction.Maximize);

    [Fact]
    public void The_newest_of_each_experiment_stay()
    {
        var runs = Enumerable.Range(1, 5).Select(number => Run(number)).Concat([Run(1, "other")]);

        Going(runs, new RetentionPolicy { Keep = 2 }).ShouldBe(["digits#1", "digits#2", "digits#3"]);
    }

    [Fact]
    public void The_newest_run_stays_even_when_none_is_to_be_kept() =>
        Going([Run(1), Run(2)], new RetentionPolicy { Keep = 0 }).ShouldBe(["digits#1"]);

    [Fact]
    public void The_best_finished_run_stays_by_the_direction_of_its_objective()
    {
        Run[] runs = [Scored(1, 0.5), Scored(2, 0.9), Scored(3, 0.9), Scored(4, double.NaN), Scored(5, 0.99) with { State = RunState.Errored }, Scored(6, 0.1)];

        Going(runs, Last).ShouldBe(["digits#1", "digits#3", "digits#4", "digits#5"]);
        Going(runs.Select(run => run with { Spec = run.Spec with { Objectives = [Score with { Direction = Direction.Minimize }] } }), Last)
            .ShouldBe(["digits#1", "digits#2", "digits#3", "digits#4", "digits#5"]);
    }

    [Fact]
    public void Each_objective_has_a_best_run()
    {
        var earlier = Score with { Metric = "loss", Direction = Direction.Minimize };

        Going([Scored(1, 3, earlier), Scored(2, 2, earlier), Scored(3, 0.5), Scored(4, 0.4)], Last).ShouldBe(["digits#1"]);
    }

    [Fact]
    public void A_kept_runs_baseline_stays_and_that_ones_baseline_does_not()
    {
        Run[] runs = [Run(1), Run(2) with { Baseline = Run(1).Id }, Run(3) with { Baseline = Run(2).Id }];

        Going(runs, Last).ShouldBe(["digits#1"]);
    }

    [Fact]
    public void A_baseline_of_another_project_stays_too()
    {
        var elsewhere = Run(1) with { Id = new RunId(new ProjectId("p2"), "digits", 1), Baseline = Run(1).Id };

        Going([Run(1), Run(2), elsewhere], Last).ShouldBeEmpty();
    }

    [Fact]
    public void Pinned_unfinished_and_unannounced_runs_stay()
    {
        Run[] runs =
        [
            Run(1) with { IsPinned = true }, Run(2) with { State = RunState.Running, EndedAt = null }, Run(3) with { State = RunState.Queued, EndedAt = null },
            Run(4) with { IsAnnounced = false }, Run(5) with { State = RunState.Cancelled }, Run(6),
        ];

        Going(runs, Last).ShouldBe(["digits#5"]);
    }

    [Fact]
    public void Only_what_was_asked_for_goes()
    {
        Run[] runs = [Run(1), Run(2), Run(3), Run(1, "other"), Run(2, "other")];

        Going(runs, Last with { Experiment = "other" }).ShouldBe(["other#1"]);
        Going(runs, Last with { Before = StoreSamples.Noon.AddDays(2) }).ShouldBe(["digits#1", "other#1"]);
        Going(runs, Last with { Project = new ProjectId("p2") }).ShouldBeEmpty();
    }

    private static RetentionPolicy Last => new() { Keep = 1 };

    private static IEnumerable<string> Going(IEnumerable<Run> runs, RetentionPolicy policy) =>
        RetentionRules.Expendable([.. runs], policy).Select(run => run.Id.ToString()).Order(StringComparer.Ordinal);

    private static Run Scored(int number, double best, Objective? objective = null)
    {
        var run = Run(number);
        return run with { Best = best, Spec = run.Spec with { Objectives = [objective ?? Score] } };
    }

    private static Run Run(int number, string experiment = "digits") => StoreSamples.Run(experiment) with
    {
        Id = new RunId(new ProjectId("p1"), experiment, number),
        State = RunState.Finished,
        IsAnnounced = true,
        CreatedAt = StoreSamples.Noon.AddDays(number),
        EndedAt = StoreSamples.Noon.AddDays(number),
    };
}
