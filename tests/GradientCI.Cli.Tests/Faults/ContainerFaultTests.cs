using GradientCI.Experiments;
using GradientCI.Testing;
using GradientCI.Testing.Engines;

namespace GradientCI.Cli.Tests.Faults;

/// <summary>What breaks around a run in containers: each ends as the manual says, and within the time that it says.</summary>
public sealed class ContainerFaultTests
{
    private const int Limit = 300_000;
    private const string Waits = "while [ ! -e $SIGNS/go ]; do sleep 0.05; done\n";
    private const string Scores = "echo '{\"metrics\": {\"score\": 1}}'\n";
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(90);

    [EngineTheory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_Engine_that_is_restarted_costs_a_run_nothing_but_the_containers_that_it_ends_itself(bool liveRestore)
    {
        await using var engine = new OwnEngine(liveRestore);
        using var night = new Night(4, Waits + Scores, image: TestEngine.Image) { Engine = engine.Host };
        night.StartWorker(words: ["--parallel", "2"]);
        await night.QueueAsync();
        await night.BeganAsync(2);

        await engine.ControlAsync("stop");
        await engine.ControlAsync("start");
        night.GiveSign("go");
        await night.EndsAsync().WaitAsync(Promised);

        var trials = await night.TrialsAsync();
        trials.ShouldAllBe(trial => trial.State == TrialState.Succeeded);
        var lost = trials.SelectMany(trial => trial.Attempts).Count(attempt => attempt.Outcome == AttemptOutcome.Lost);
        (lost > 0).ShouldBe(!liveRestore);
        night.Begun.Distinct().Order().ShouldBe([1, 2, 3, 4]);
        night.Begun.Length.ShouldBe(4 + lost);
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_way_to_the_Engine_that_is_cut_for_a_while_costs_nothing()
    {
        await using var engine = new EngineProxy(_ => EngineFate.Pass);
        using var night = new Night(4, Waits + "seq 1 5000\n" + Scores, image: TestEngine.Image) { Engine = engine.Host };
        night.StartWorker(words: ["--parallel", "2"]);
        await night.QueueAsync();
        await night.BeganAsync(2);

        engine.Cut();
        night.GiveSign("go");
        await engine.RefusesAsync(times: 6);
        engine.Mend();
        await night.EndsAsync().WaitAsync(Promised);

        (await night.TrialsAsync()).ShouldAllBe(trial => trial.State == TrialState.Succeeded && trial.Attempts.Count(attempt => attempt.StartedAt != null) == 1);
        night.Begun.Order().ShouldBe([1, 2, 3, 4]);
        night.LogTexts().ShouldAllBe(log => log.StartsWith(string.Concat(Enumerable.Range(1, 5000).Select(number => $"{number}\n")), StringComparison.Ordinal));
        (await TestEngine.ContainersOfAsync(night.Data)).ShouldBeEmpty();
    }

    [EngineFact(Timeout = Limit)]
    public async Task An_image_that_vanishes_between_two_trials_ends_the_run_with_the_way_back_and_retry_takes_it_up()
    {
        var (made, isGone) = (0, true);
        await using var engine = new EngineProxy(request => request.Contains("/containers/create?", StringComparison.Ordinal) && Interlocked.Increment(ref made) > 2 && isGone
            ? EngineFate.Say(404, """{"message":"No such image: sha256:0123"}""")
            : EngineFate.Pass);
        using var night = new Night(4, Scores, image: TestEngine.Image) { Engine = engine.Host };
        night.StartWorker(words: ["--parallel", "1"]);
        await night.QueueAsync();

        await night.EndsAsync().WaitAsync(Promised);
        var before = await night.TrialsAsync();
        var run = await night.RunAsync();
        isGone = false;
        await night.RetryAsync();

        run.State.ShouldBe(RunState.Errored);
        run.Problem.ShouldContain("The run's image has gone from the Docker Engine: No such image: sha256:0123.");
        run.Problem.ShouldContain("gradientci retry");
        before.ShouldNotContain(trial => trial.State != TrialState.Succeeded && trial.State != TrialState.Cancelled);
        before.Count(trial => trial.State == TrialState.Succeeded).ShouldBeInRange(1, 2);
        (await night.TrialsAsync()).ShouldAllBe(trial => trial.State == TrialState.Succeeded);
        night.Begun.Order().ShouldBe([1, 2, 3, 4]);
        (await TestEngine.ContainersOfAsync(night.Data)).ShouldBeEmpty();
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_full_disk_holds_up_logs_and_the_start_of_others_and_loses_nothing()
    {
        if (SmallDisk.Obstacle is not null)
        {
            return;
        }

        using var night = new Night(6, Waits + "seq 1 20000\n" + Scores, image: TestEngine.Image);
        using var disk = new SmallDisk(night.Data, megabytes: 400);
        var ballast = Path.Combine(night.Data, "ballast");
        night.StartWorker(words: ["--parallel", "2"]);
        await night.QueueAsync();
        await night.BeganAsync(2);

        disk.Fill("ballast");
        night.GiveSign("go");
        await night.SaysAsync("waiting: ");
        night.Begun.Length.ShouldBeLessThan(6);
        File.Delete(ballast);
        await night.EndsAsync().WaitAsync(Promised);

        (await night.TrialsAsync()).ShouldAllBe(trial => trial.State == TrialState.Succeeded && trial.Attempts.Count(attempt => attempt.StartedAt != null) == 1);
        night.Begun.Order().ShouldBe([1, 2, 3, 4, 5, 6]);
        night.LogTexts().ShouldAllBe(log => log.StartsWith(string.Concat(Enumerable.Range(1, 20000).Select(number => $"{number}\n")), StringComparison.Ordinal));
        night.CheckDatabase().ShouldBe("ok");
    }

    [EngineTheory(Timeout = Limit)]
    [InlineData("cat /dev/zero > bomb")]
    [InlineData("cat /dev/zero > $GRADIENT_ARTIFACTS/bomb")]
    public async Task A_disk_bomb_fails_alone_and_the_others_go_on_by_themselves(string bomb)
    {
        if (SmallDisk.Obstacle is not null)
        {
            return;
        }

        using var night = new Night(3, $"if [ $1 = 1 ]; then {bomb}; echo boom; exit 3; fi\n" + Scores, image: TestEngine.Image);
        using var disk = new SmallDisk(night.Data, megabytes: 400);
        night.Environment["GRADIENTCI_ARTIFACT_LIMIT"] = "100MiB";
        night.StartWorker(words: ["--parallel", "1"]);
        await night.QueueAsync();

        await night.EndsAsync().WaitAsync(Promised);

        var trials = await night.TrialsAsync();
        trials.Select(trial => trial.State).ShouldBe([TrialState.Failed, TrialState.Succeeded, TrialState.Succeeded]);
        trials[0].Reason.ShouldBe("Exit code 3: boom");
        trials[0].Attempts.ShouldHaveSingleItem().Reason.EndsWith("1 files were removed from $GRADIENT_ARTIFACTS: at most 10000 files of 100 MiB together are kept.", StringComparison.Ordinal)
            .ShouldBe(bomb.Contains("ARTIFACTS", StringComparison.Ordinal));
        night.CheckDatabase().ShouldBe("ok");
    }
}
