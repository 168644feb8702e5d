using System.Diagnostics;
using System.Text.Json.Nodes;
using GradientCI.Testing;
using GradientCI.Testing.Executors;

namespace GradientCI.Cli.Tests;

/// <summary>Nothing new starts, what runs goes on, and everybody can see why.</summary>
public sealed class PauseTests : IDisposable
{
    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly TemporaryFolder _signs = new();
    private readonly GradientCliHost _cli;

    public PauseTests()
    {
        _cli = new GradientCliHost(_repository.Path);
    }

    public void Dispose()
    {
        _cli.Dispose();
        _signs.Dispose();
        _repository.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_waits_while_it_is_paused_says_why_and_goes_on_when_it_is_resumed()
    {
        (await _cli.TypeAsync("pause", "--reason", "a new disk")).ShouldEndWith(0).Out.ShouldMatch(@"^Paused since .* UTC by .*@.* \(a new disk\): .*\nNothing runs\.\n$");
        using var error = new ListeningWriter("waiting: toy#1 waits: the data folder is paused");
        var plain = _cli.Peculiar;
        _cli.Peculiar = terminal => terminal with { Error = error };
        var run = _cli.TypeAsync("run");
        await error.Heard;
        _cli.Peculiar = plain;

        var list = (await _cli.TypeAsync("list")).ShouldEndWith(0);
        var json = JsonNode.Parse((await _cli.TypeAsync("list", "--json")).ShouldEndWith(0).Out)!;
        (await _cli.TypeAsync("doctor")).Out.ShouldMatch(@"(?m)^pause +warning +Paused since .*\n +→ When it has served its purpose: gradientci resume");
        (await _cli.TypeAsync("resume")).ShouldEndWith(0).Out.ShouldBe("Trials start again.\n");
        (await run).ShouldEndWith(0);

        list.Out.ShouldContain("toy#1  running");
        ((string?)json["paused"]!["reason"]).ShouldBe("a new disk");
        list.Error.ShouldMatch("^note: Paused since .*: no new trial starts until gradientci resume.\n$");
        error.ToString().Split('\n').Count(line => line.StartsWith("waiting: ", StringComparison.Ordinal)).ShouldBe(1);
        (await _cli.TypeAsync("resume")).ShouldEndWith(0).Out.ShouldBe("It was not paused.\n");
        (await _cli.TypeAsync("list")).Error.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_drains_waits_for_what_runs_and_nothing_new_starts_meanwhile()
    {
        _repository.Write("train.sh", ExampleRepository.Script(2) + $"\necho $1 >> {_signs["started"]}\nwhile [ ! -e {_signs["go"]} ]; do sleep 0.1; done\n");
        _repository.Commit("Wait for a sign");
        var run = _cli.TypeAsync("run");
        await FileArrival.WaitForAsync(_signs["started"], text => text.Contains('\n'));

        using var error = new ListeningWriter("Waiting for 1 trial.");
        _cli.Peculiar = terminal => terminal with { Error = error };
        var drain = _cli.TypeAsync("drain");
        await error.Heard;
        await File.WriteAllTextAsync(_signs["go"], "");

        (await drain).ShouldEndWith(0).Out.ShouldEndWith("Nothing runs.\n");
        (await File.ReadAllTextAsync(_signs["started"])).ShouldBe("1\n");
        await _cli.TypeAsync("resume");
        (await run).ShouldEndWith(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_stops_waiting_for_a_drain_leaves_it_paused()
    {
        _repository.Write("train.sh", $"echo $1 >> {_signs["started"]}\nwhile [ ! -e {_signs["go"]} ]; do sleep 0.1; done\n");
        _repository.Commit("Wait for a sign");
        var run = _cli.TypeAsync("run");
        await FileArrival.WaitForAsync(_signs["started"], text => text.Contains('\n'));

        var start = new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, "drain", "--data", _cli.Data]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        using var drain = Process.Start(start)!;
        (await drain.StandardError.ReadLineAsync()).ShouldBe("Waiting for 1 trial.");
        using (var kill = Process.Start("kill", ["-INT", $"{drain.Id}"]))
        {
            await drain.WaitForExitAsync();
        }

        drain.ExitCode.ShouldBe(130);
        (await drain.StandardError.ReadToEndAsync()).ShouldContain("it stays paused until gradientci resume");
        await File.WriteAllTextAsync(_signs["go"], "");
        (await _cli.TypeAsync("list")).Error.ShouldContain("Paused since ");
        await _cli.TypeAsync("resume");
        await run;
    }
}
