using System.Diagnostics;
using System.Text.Json.Nodes;
using GradientCI.Experiments;
using GradientCI.Storage.Sqlite;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;
using GradientCI.Testing.Executors;

namespace GradientCI.Cli.Tests;

/// <summary>Looking on while another process, or nobody, drives a run.</summary>
public sealed class WatchTests : IDisposable
{
    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly TemporaryFolder _signs = new();
    private readonly GradientCliHost _cli;

    public WatchTests()
    {
        _cli = new GradientCliHost(_repository.Path);
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_watches_reads_the_same_and_ends_with_the_same_code_as_whoever_runs()
    {
        WaitInTheSecondTrial();
        var run = _cli.TypeAsync("run");
        await StartedAsync(trials: 2);

        using var error = new ListeningWriter("toy#1 at ");
        _cli.Peculiar = terminal => terminal with { Error = error };
        var watch = _cli.TypeAsync("watch");
        await error.Heard;
        await File.WriteAllTextAsync(_signs["go"], "");
        var (ran, watched) = (await run, await watch);

        ran.ShouldEndWith(1);
        watched.ShouldEndWith(1).Out.ShouldBe(ran.Out);
        error.ToString().ShouldContain("[2/3] toy#1.2  succeeded  lr=2  score 4");
        error.ToString().ShouldContain("[3/3] toy#1.3  failed");
        error.ToString().ShouldNotContain("toy#1.1  succeeded");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_ended_run_is_told_at_once()
    {
        (await _cli.TypeAsync("run")).ShouldEndWith(0);

        var watched = await _cli.TypeAsync("watch", "toy#1");

        watched.ShouldEndWith(0).Out.ShouldStartWith("toy#1  passed");
        watched.Out.ShouldContain("report.html");
        watched.Error.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Scripts_get_a_line_of_json_per_change()
    {
        WaitInTheSecondTrial();
        var run = _cli.TypeAsync("run");
        await StartedAsync(trials: 2);

        using var output = new ListeningWriter("{\"event\":\"run\"");
        _cli.Peculiar = terminal => terminal with { Out = output };
        var watch = _cli.TypeAsync("watch", "latest", "--json");
        await output.Heard;
        await File.WriteAllTextAsync(_signs["go"], "");
        await run;
        (await watch).ShouldEndWith(1);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();

        Last(lines, "trial", "toy#1.1")["parameters"]!.ToJsonString().ShouldBe("""{"lr":1}""");
        Last(lines, "trial", "toy#1.3")["state"]!.GetValue<string>().ShouldBe("failed");
        Last(lines, "metrics", "toy#1.2")["metrics"]!["score"]!.ToJsonString().ShouldBe("""{"x":3,"y":4}""");
        Last(lines, "run", "toy#1").ToJsonString().ShouldContain("\"state\":\"finished\",\"passed\":false");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_that_nobody_drives_says_how_it_goes_on_and_its_removal_ends_the_looking()
    {
        using var error = new ListeningWriter("waiting: Nobody drives digits#1. It goes on with: gradientci worker --until-idle, or gradientci retry digits#1");
        _cli.Peculiar = terminal => terminal with { Error = error };
        await using (var store = await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, CancellationToken.None))
        {
            await store.AddRunAsync(trials: 2);
        }

        var watch = _cli.TypeAsync("watch", "digits#1");
        await error.Heard;
        RemoveTheRun();

        (await watch).ShouldEndWith(2);
        error.ToString().ShouldContain("error: digits#1 was removed while it was watched.");
        error.ToString().Split("Nobody drives").Length.ShouldBe(2, "once is enough");
    }

    [Fact(Timeout = 60_000)]
    public async Task Ctrl_C_ends_the_looking_and_not_the_run()
    {
        WaitInTheSecondTrial();
        var run = _cli.TypeAsync("run");
        await StartedAsync(trials: 2);
        using var watch = Process.Start(new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, "watch", "--json", "--data", _cli.Data])
        {
            WorkingDirectory = _repository.Path,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        while (await watch.StandardOutput.ReadLineAsync() is { } line && !line.Contains("\"event\":\"run\"", StringComparison.Ordinal))
        {
            // It tells how the trials stand before it follows.
        }

        using var interrupt = Process.Start("kill", ["-INT", $"{watch.Id}"]);
        await watch.WaitForExitAsync();
        await File.WriteAllTextAsync(_signs["go"], "");

        watch.ExitCode.ShouldBe(130);
        (await watch.StandardError.ReadToEndAsync()).ShouldBe("Not watching any more; toy#1 goes on.\n");
        (await run).ShouldEndWith(1);
    }

    [Fact]
    public async Task A_trial_cannot_be_watched()
    {
        (await _cli.TypeAsync("run")).ShouldEndWith(0);

        (await _cli.TypeAsync("watch", "toy#1.2")).ShouldEndWith(2).Error.ShouldContain("toy#1.2 is a trial, and watch takes whole runs.");
    }

    public void Dispose()
    {
        _cli.Dispose();
        _signs.Dispose();
        _repository.Dispose();
    }

    private static JsonNode Last(IEnumerable<JsonNode> lines, string what, string id) =>
        lines.Last(line => line["event"]!.GetValue<string>() == what && line["id"]?.GetValue<string>() == id);

    private void WaitInTheSecondTrial()
    {
        _repository.Write("train.sh", ExampleRepository.Script(2) + $"""

            echo $1 >> {_signs.Path}/started
            [ "$1" = 1 ] || while [ ! -e {_signs.Path}/go ]; do sleep 0.1; done
            [ "$1" != 3 ]
            """);
        _repository.Commit("Wait for a sign, and fail at last");
    }

    private Task<string> StartedAsync(int trials) => FileArrival.WaitForAsync(_signs["started"], text => text.Count(each => each == '\n') >= trials);

    private void RemoveTheRun()
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_cli.Data, "gradientci.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM trials; DELETE FROM runs";
        command.ExecuteNonQuery();
    }
}
