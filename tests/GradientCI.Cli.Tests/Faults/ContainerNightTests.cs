using System.Diagnostics;
using System.Globalization;
using System.Text;
using GradientCI.Runner;
using GradientCI.Runner.Orchestration;
using GradientCI.Testing.Engines;

namespace GradientCI.Cli.Tests.Faults;

/// <summary>Whoever drives a run is killed, again and again, while its trials are in containers and print what must not be seen.</summary>
/// <remarks>GRADIENTCI_FAULTS multiplies the kills, for a longer look than a build has time for.</remarks>
public sealed class ContainerNightTests
{
    private const int Kills = 2;
    private const int Trials = 20;
    private const string Variable = "w4ndb/k3y-of-ours+0123";
    private const string InFile = "first-line-of-the-key\nsecond-line-of-the-key";
    private static readonly int Factor = int.TryParse(Environment.GetEnvironmentVariable("GRADIENTCI_FAULTS"), out var factor) ? factor : 1;

    // The more kills, the longer the trials, so that the run lasts until the last of them.
    private static readonly string Script = $$"""
        for step in 1 2 3 4 5 6 7 8; do
          echo "{\"metrics\": {\"score\": $(( $1 * step ))}, \"step\": $step}"
          seq $(( $1 * 100000 )) $(( $1 * 100000 + 3000 ))
          echo "key $API_KEY, $(printf %s "$API_KEY" | base64)"
          cat "$KEY_FILE"
          echo "token $GRADIENT_TOKEN"
          sleep {{(0.12 * Factor).ToString(CultureInfo.InvariantCulture)}}
        done
        echo "$1" > result.txt
        """;

    [EngineTheory(Timeout = 1_800_000)]
    [InlineData("worker")]
    [InlineData("service")]
    public async Task Whenever_its_driver_is_killed_no_trial_is_lost_or_doubled_no_secret_shows_and_nothing_stays(string driver)
    {
        using var night = new Night(Trials, Script, "artifacts: [result.txt]\n    secrets: [API_KEY, { KEY_FILE: file }]", TestEngine.Image)
        {
            Secrets = new Dictionary<string, string>(StringComparer.Ordinal) { ["API_KEY"] = Variable, ["KEY_FILE"] = InFile },
        };
        AttemptTokens.Open(new DataFolder(night.Data));
        var undisturbed = await night.PassUndisturbedAsync();
        AttemptTokens.Open(new DataFolder(night.Data));

        await night.PassDisturbedAsync(Kills * Factor, 4000, Start);

        await night.ShouldHaveLostNothingAsync(undisturbed);
        (await TestEngine.ContainersOfAsync(night.Data)).ShouldBeEmpty();
        ShouldHoldNoSecret(night.Data);

        Process Start() => driver == "service" ? night.StartService() : night.StartWorker(words: ["--parallel", "2"]);
    }

    private static void ShouldHoldNoSecret(string data)
    {
        string[] secrets = [Variable, Convert.ToBase64String(Encoding.UTF8.GetBytes(Variable)), "first-line-of-the-key", "second-line-of-the-key", "token gct_"];
        foreach (var file in Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories))
        {
            var text = Encoding.Latin1.GetString(File.ReadAllBytes(file));
            secrets.ShouldAllBe(secret => !text.Contains(secret, StringComparison.Ordinal), file);
        }

        Directory.EnumerateFiles(Path.Combine(data, "attempts"), "*", SearchOption.AllDirectories).Select(Path.GetFileName)
            .ShouldAllBe(name => name != "output" && !name!.StartsWith("secret", StringComparison.Ordinal));
    }
}
