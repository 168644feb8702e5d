using System.Globalization;
using GradientCI.Experiments;
using GradientCI.Testing.Engines;

namespace GradientCI.Cli.Tests.Faults;

/// <summary>The worker is killed, again and again, while a run's trials are in containers.</summary>
/// <remarks>GRADIENTCI_FAULTS multiplies the kills, for a longer look than a build has time for.</remarks>
public sealed class ContainerNightTests
{
    // Random moments are the point here: nothing waits for these delays to be long enough.
    private const int Kills = 2;
    private const int Trials = 20;
    private static readonly int Factor = int.TryParse(Environment.GetEnvironmentVariable("GRADIENTCI_FAULTS"), out var factor) ? factor : 1;

    // The more kills, the longer the trials, so that the run lasts until the last of them.
    private static readonly string Script = $$"""
        for step in 1 2 3 4 5 6 7 8; do
          echo "{\"metrics\": {\"score\": $(( $1 * step ))}, \"step\": $step}"
          seq $(( $1 * 100000 )) $(( $1 * 100000 + 3000 ))
          sleep {{(0.12 * Factor).ToString(CultureInfo.InvariantCulture)}}
        done
        echo "$1" > result.txt
        """;

    [EngineFact(Timeout = 1_800_000)]
    public async Task Whenever_the_worker_is_killed_no_trial_is_lost_or_doubled_and_no_container_stays()
    {
        using var night = new Night(Trials, Script, "artifacts: [result.txt]", TestEngine.Image);
        await night.QueueAsync();
        await night.FinishAsync();
        var (logs, report) = (night.Logs(), await night.ReportAsync());
        night.BeginAnew();
        var random = new Random(20261127);

        var worker = night.StartWorker(words: ["--parallel", "2"]);
        await night.QueueAsync();
        for (var kill = 0; kill < Kills * Factor; kill++)
        {
            night.Begun.Length.ShouldBeLessThan(Trials, $"the run was over before kill {kill}");

            // When the kill comes is what is tried.
            await Task.Delay(random.Next(20, 4000));
            await Night.KillAsync(worker);
            worker = night.StartWorker(words: ["--parallel", "2"]);
        }

        await Night.KillAsync(worker);
        await night.FinishAsync();

        var trials = await night.TrialsAsync();
        trials.Count.ShouldBe(Trials);
        trials.ShouldAllBe(trial => trial.State == TrialState.Succeeded);
        night.Begun.Order().ShouldBe(Enumerable.Range(1, Trials));
        night.Logs().ShouldBe(logs);
        (await night.ReportAsync()).ShouldBe(report);
        (await TestEngine.ContainersOfAsync(night.Data)).ShouldBeEmpty();
        night.Alive().ShouldBeEmpty();
        night.CheckDatabase().ShouldBe("ok");
    }
}
