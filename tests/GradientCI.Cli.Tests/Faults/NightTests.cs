using System.Diagnostics;
using System.Globalization;
using GradientCI.Experiments;
using GradientCI.Testing;
using GradientCI.Testing.Executors;

namespace GradientCI.Cli.Tests.Faults;

/// <summary>SIGKILL at any moment, two workers at once, clocks that jump, disks that fill: nothing is lost, and nothing happens twice.</summary>
/// <remarks>GRADIENTCI_FAULTS multiplies the kills, for a longer look than a build has time for.</remarks>
public sealed class NightTests
{
    private const int Kills = 8;
    private static readonly int Factor = int.TryParse(Environment.GetEnvironmentVariable("GRADIENTCI_FAULTS"), out var factor) ? factor : 1;

    // The more kills, the longer the trials, so that the run lasts until the last of them.
    private static readonly string Script = $$"""
        for step in 1 2 3 4 5 6 7 8; do
          echo "{\"metrics\": {\"score\": $(( $1 * step ))}, \"step\": $step}"
          echo "step $step of $1 in $GRADIENT_EXPERIMENT"
          sleep {{(0.05 * Factor).ToString(CultureInfo.InvariantCulture)}}
        done
        echo "$1" > result.txt
        """;

    [Theory(Timeout = 600_000)]
    [InlineData("worker")]
    [InlineData("leader")]
    [InlineData("both")]
    public async Task Whoever_is_killed_at_whatever_moment_no_trial_is_lost_and_none_runs_twice(string victim)
    {
        const int Trials = 40;
        using var night = new Night(Trials, Script, "artifacts: [result.txt]");
        var undisturbed = await night.PassUndisturbedAsync();

        await night.PassDisturbedAsync(Kills * Factor, 600, StartWorker, async (worker, random) =>
        {
            var leaders = victim == "worker" ? [] : night.Leaders();
            if (victim != "leader")
            {
                await Night.KillAsync(worker);
            }

            if (leaders.Count > 0)
            {
                KillProcess(leaders[random.Next(leaders.Count)]);
            }

            night.CheckDatabase().ShouldBe("ok");
            return victim == "leader" ? worker : StartWorker();
        });

        await night.ShouldHaveLostNothingAsync(undisturbed);
        Directory.EnumerateFiles(Path.Combine(night.Data, "workers")).ShouldBeEmpty();

        Process StartWorker() => night.StartWorker(words: ["--parallel", "2"]);
    }

    [Fact(Timeout = 600_000)]
    public async Task A_search_that_is_killed_again_and_again_proposes_what_it_would_have_proposed()
    {
        const string Score = """
            echo "{\"metrics\": {\"score\": $(( 0 - ($1 - 600) * ($1 - 600) ))}}"
            sleep 0.05
            """;
        using var night = new Night(1_000, Score, sweep: "sampler: tpe\n      max-trials: 30\n      parallel: 1");
        await night.QueueAsync();
        await night.FinishAsync();
        var proposed = night.Begun;
        night.BeginAnew();

        await night.PassDisturbedAsync(Kills * Factor, longest: 600, () => night.StartWorker());

        proposed.Length.ShouldBe(30);
        night.Begun.ShouldBe(proposed);
    }

    [Fact(Timeout = 600_000)]
    public async Task Two_workers_and_a_killer_run_each_of_many_short_trials_once()
    {
        var trials = 200 * Factor;
        using var night = new Night(trials, "echo '{\"metrics\": {\"score\": 1}}'");
        var random = new Random(20261123);
        Process[] workers = [night.StartWorker(), night.StartWorker()];
        await night.QueueAsync();

        while (night.Begun.Length < trials * 3 / 4)
        {
            await Task.Delay(random.Next(100, 700));
            var victim = random.Next(2);
            await Night.KillAsync(workers[victim]);
            workers[victim] = night.StartWorker();
        }

        await night.FinishAsync();

        var ended = await night.TrialsAsync();
        ended.Count.ShouldBe(trials);
        ended.ShouldAllBe(trial => trial.State == TrialState.Succeeded);
        night.Begun.Order().ShouldBe(Enumerable.Range(1, trials));
        ended.SelectMany(trial => trial.Attempts).Where(attempt => attempt.StartedAt is not null).Select(attempt => attempt.Worker).Distinct().Count().ShouldBeGreaterThan(1);
        night.CheckDatabase().ShouldBe("ok");
    }

    [FactWithFaketime(Timeout = 300_000)]
    public async Task A_worker_whose_clock_is_ten_minutes_off_steals_no_lease()
    {
        using var night = new Night(4, "while [ ! -e $SIGNS/go ]; do sleep 0.1; done; echo '{\"metrics\": {\"score\": 1}}'");
        night.StartWorker();
        await night.QueueAsync();
        await FileArrival.WaitForAsync(Path.Combine(night.Signs, "begun"), text => text.Count(each => each == '\n') >= 2);

        night.StartWorker(FactWithFaketimeAttribute.Shifted("+10m"));
        night.StartWorker(FactWithFaketimeAttribute.Shifted("-10m"));
        await FileArrival.WaitForAsync(Path.Combine(night.Signs, "begun"), text => text.Count(each => each == '\n') >= 4);
        File.WriteAllText(Path.Combine(night.Signs, "go"), "");
        await night.FinishAsync();

        var trials = await night.TrialsAsync();
        trials.ShouldAllBe(trial => trial.State == TrialState.Succeeded && trial.Attempts.Length == 1);
        trials.Select(trial => trial.Attempts[0].Worker).Distinct().Count().ShouldBeGreaterThan(1, "the others must have worked, too");
        night.Said.ShouldNotContain(line => line.Contains("goes on here", StringComparison.Ordinal));
        night.Begun.Order().ShouldBe([1, 2, 3, 4]);
    }

    [FactOnSmallDisk(Timeout = 300_000)]
    public async Task A_full_disk_stops_the_start_of_trials_and_work_goes_on_by_itself_when_there_is_room()
    {
        using var night = new Night(6, "while [ ! -e $SIGNS/go ]; do sleep 0.1; done; [ $1 -le 2 ] || echo '{\"metrics\": {\"score\": 1}}'");
        using var disk = new SmallDisk(night.Data, megabytes: 400);
        var ballast = Path.Combine(night.Data, "ballast");
        night.StartWorker(words: ["--parallel", "2"]);
        await night.QueueAsync();
        await FileArrival.WaitForAsync(Path.Combine(night.Signs, "begun"), text => text.Count(each => each == '\n') >= 2);

        // The two that run now print nothing: what a program does that cannot write its output is its own affair.
        disk.Fill("ballast");
        File.WriteAllText(Path.Combine(night.Signs, "go"), "");
        await night.SaysAsync("waiting: ");
        night.Begun.Length.ShouldBe(2);
        File.Delete(ballast);
        await night.FinishAsync();

        (await night.TrialsAsync()).ShouldAllBe(trial => trial.State == TrialState.Succeeded);
        night.Begun.Order().ShouldBe([1, 2, 3, 4, 5, 6]);
        night.CheckDatabase().ShouldBe("ok");
    }

    [FactOnSmallDisk(Timeout = 300_000)]
    public async Task A_trial_that_fills_the_disk_kept_every_other_waiting_for_good()
    {
        using var night = new Night(3, "if [ $1 = 1 ]; then cat /dev/zero > bomb; exit 3; fi; echo '{\"metrics\": {\"score\": 1}}'");
        using var disk = new SmallDisk(night.Data, megabytes: 400);
        night.StartWorker(words: ["--parallel", "1"]);
        await night.QueueAsync();

        await night.EndsAsync();

        (await night.TrialsAsync()).Select(trial => trial.State).ShouldBe([TrialState.Failed, TrialState.Succeeded, TrialState.Succeeded]);
        night.CheckDatabase().ShouldBe("ok");
    }

    [FactOnSmallDisk(Timeout = 300_000)]
    public async Task A_disk_without_inodes_made_lanes_spin_and_trials_get_lost()
    {
        using var night = new Night(6, "while [ ! -e $SIGNS/go ]; do sleep 0.1; done; echo '{\"metrics\": {\"score\": 1}}'");
        using var disk = new SmallDisk(night.Data, megabytes: 400, files: 1_500);
        night.StartWorker(words: ["--parallel", "2"]);
        await night.QueueAsync();
        await FileArrival.WaitForAsync(Path.Combine(night.Signs, "begun"), text => text.Count(each => each == '\n') >= 2);

        // The reserve is 1,000; the last of them is taken as well.
        var crowd = Directory.CreateDirectory(Path.Combine(night.Data, "crowd")).FullName;
        MakeFiles(crowd);
        File.WriteAllText(Path.Combine(night.Signs, "go"), "");
        await night.SaysAsync("waiting: ");
        night.Begun.Length.ShouldBe(2);
        Directory.Delete(crowd, recursive: true);
        await night.FinishAsync();

        (await night.TrialsAsync()).ShouldAllBe(trial => trial.State == TrialState.Succeeded && trial.Attempts.Length < 5);
        night.Begun.Order().ShouldBe([1, 2, 3, 4, 5, 6]);
        night.CheckDatabase().ShouldBe("ok");
    }

    private static void MakeFiles(string folder)
    {
        try
        {
            for (var number = 0; ; number++)
            {
                File.Create(Path.Combine(folder, $"{number}")).Dispose();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static void KillProcess(int pid)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", ["-KILL", $"{pid}"]) { RedirectStandardError = true, UseShellExecute = false })!;
        kill.WaitForExit();
    }
}

/// <summary>A fact that needs Debian's <c>faketime</c>, and is skipped with the reason where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWithFaketimeAttribute : FactAttribute
{
    // One level of folders, named as Debian names them: /usr/lib has links in circles.
    private static readonly string? Library = Directory.Exists("/usr/lib")
        ? Directory.EnumerateDirectories("/usr/lib").Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
        : null;

    public FactWithFaketimeAttribute()
    {
        Skip = Library is null ? "faketime is not installed" : null;
    }

    /// <summary>The variables of a program whose wall clock is so far off.</summary>
    public static Dictionary<string, string> Shifted(string by) =>
        new() { ["LD_PRELOAD"] = Library!, ["FAKETIME"] = by, ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1" };
}
