using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using GradientCI.Testing;
using GradientCI.Testing.Executors;

namespace GradientCI.Cli.Tests;

/// <summary>The real program in a process of its own, interrupted, killed and detached as it happens at night.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly TestRepository _repository = new();
    private readonly GradientCliHost _cli;
    private readonly TemporaryFolder _signs = new();
    private readonly List<Process> _started = [];
    private readonly ConcurrentQueue<string?> _said = [];

    public ProcessTests()
    {
        _cli = new GradientCliHost(_repository.Path);
        _repository.Write(".gradient.yml", ExampleRepository.Manifest.Replace("parallel: 1", "parallel: 2"));
        _repository.Write("train.sh", $"""
            echo '{"{\"metrics\": {\"score\": 9}}"}'
            echo $$ >> {_signs.Path}/started
            [ "$1" = 1 ] || while [ ! -e {_signs.Path}/go ]; do sleep 0.1; done
            """);
        _repository.Commit("Train until told to go on");
    }

    [Fact(Timeout = 120_000)]
    public async Task Ctrl_C_ends_the_trials_and_leaves_a_consistent_record()
    {
        var gradientci = Start("run", "--parallel", "2");
        await StartedAsync(trials: 3);

        Signal(gradientci, "INT");
        await gradientci.WaitForExitAsync();

        gradientci.ExitCode.ShouldBe(130);
        (await _cli.TypeAsync("list")).Out.ShouldContain("cancelled");
        (await _cli.TypeAsync("show", "toy#1.1")).Out.ShouldContain("succeeded");
        (await _cli.TypeAsync("show", "toy#1.2")).Out.ShouldContain("cancelled");
        NothingIsLeft();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_terminal_that_hangs_up_ends_the_run_as_Ctrl_C_does()
    {
        var gradientci = Start("run", "--parallel", "2");
        await StartedAsync(trials: 3);

        Signal(gradientci, "HUP");
        await gradientci.WaitForExitAsync();

        gradientci.ExitCode.ShouldBe(130);
        (await _cli.TypeAsync("show", "toy#1.2")).Out.ShouldContain("cancelled");
        NothingIsLeft();
    }

    [Fact(Timeout = 120_000)]
    public async Task Ctrl_C_during_the_base_run_does_not_start_the_main_run()
    {
        AskForBaseline();
        var gradientci = Start("run", "--parallel", "2");
        await StartedAsync(trials: 3);

        Signal(gradientci, "INT");
        await gradientci.WaitForExitAsync();

        gradientci.ExitCode.ShouldBe(130);
        (await _cli.TypeAsync("list")).Out.ShouldNotContain("toy#2");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_detached_run_writes_its_report_where_it_is_told_and_says_that_it_makes_no_baseline()
    {
        AskForBaseline();
        File.WriteAllText(_signs["go"], "");

        var gradientci = Start("run", "--detach", "--report", "out");
        await gradientci.WaitForExitAsync();

        gradientci.ExitCode.ShouldBe(0);
        string.Concat(_said).ShouldContain("note: The manifest asks for a baseline, and a detached run makes none. Make it with: gradientci run toy --commit ");
        await FileArrival.WaitForAsync(Path.Combine(_repository.Path, "out", "trials.csv"), "toy#1.3");
    }

    [Fact(Timeout = 120_000)]
    public async Task Cancel_in_another_terminal_ends_the_run()
    {
        var gradientci = Start("run", "--parallel", "2");
        await StartedAsync(trials: 3);

        (await _cli.TypeAsync("cancel", "toy#1")).ShouldEndWith(0);
        await gradientci.WaitForExitAsync();

        gradientci.ExitCode.ShouldBe(130);
        (await _cli.TypeAsync("cancel", "toy#1")).ShouldEndWith(2).Error.ShouldContain("toy#1 has already ended.");
        NothingIsLeft();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_run_whose_driver_was_killed_is_cancelled_with_its_processes()
    {
        var gradientci = Start("run", "--parallel", "2");
        await StartedAsync(trials: 3);

        gradientci.Kill();
        await gradientci.WaitForExitAsync();
        (await _cli.TypeAsync("cancel", "toy#1")).ShouldEndWith(0);

        (await _cli.TypeAsync("show", "toy#1.2")).Out.ShouldContain("cancelled");
        NothingIsLeft();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_run_whose_driver_was_killed_is_taken_up_again()
    {
        var gradientci = Start("run", "--parallel", "2");
        await StartedAsync(trials: 3);
        gradientci.Kill();
        await gradientci.WaitForExitAsync();
        File.WriteAllText(_signs["go"], "");

        var answer = await _cli.TypeAsync("retry", "toy#1");

        answer.ShouldEndWith(0);
        (await _cli.TypeAsync("show", "toy#1")).Out.ShouldContain("passed");
        (await _cli.TypeAsync("logs", "toy#1.1", "--attempt", "2")).ShouldEndWith(2);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_pruning_run_whose_driver_was_killed_comes_to_the_same_decisions()
    {
        TrainUntilPruned();
        var undisturbed = await _cli.TypeAsync("run", "--no-cache");
        undisturbed.ShouldEndWith(0).Error.ShouldContain("toy#1.2  pruned  lr=2  loss 0.9");
        undisturbed.Out.ShouldContain("best      loss 0.1  lr=4");
        File.Delete(_signs["started"]);

        var gradientci = Start("run", "--no-cache");
        await StartedAsync(trials: 2);
        gradientci.Kill();
        await gradientci.WaitForExitAsync();
        (await _cli.TypeAsync("retry", "toy#2")).ShouldEndWith(0);

        foreach (var trial in new[] { 1, 2, 3, 4, 5 })
        {
            var (before, after) = ((await _cli.TypeAsync("show", $"toy#1.{trial}")).Out, (await _cli.TypeAsync("show", $"toy#2.{trial}")).Out);
            after.Split('\n')[0].ShouldBe(before.Split('\n')[0].Replace("toy#1", "toy#2"));
        }

        (await _cli.TypeAsync("show", "toy#2.2")).Out.ShouldContain("pruned  Pruned at step 1: 0.9 is number 2 of 2, and only the best goes on.");
        NothingIsLeft();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_detached_run_goes_on_by_itself()
    {
        var gradientci = Start("run", "--parallel", "2", "--detach");
        await gradientci.WaitForExitAsync();
        gradientci.ExitCode.ShouldBe(0);
        await StartedAsync(trials: 3);
        File.WriteAllText(_signs["go"], "");

        var project = Path.GetFileName(Directory.GetDirectories(Path.Combine(_cli.Data, "logs")).Single());
        var report = Directory.CreateDirectory(Path.Combine(_cli.Data, "reports", project, "toy-1"));
        await FileArrival.WaitForAsync(Path.Combine(report.FullName, "trials.csv"), "toy#1.3");

        (await _cli.TypeAsync("show", "toy#1")).Out.ShouldContain("toy#1  passed");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_second_process_on_the_same_run_is_refused()
    {
        var gradientci = Start("run", "--parallel", "2");
        await StartedAsync(trials: 3);

        (await _cli.TypeAsync("retry", "toy#1")).ShouldEndWith(2).Error.ShouldContain("toy#1 is being driven by another process.");

        Signal(gradientci, "INT");
        await gradientci.WaitForExitAsync();
    }

    // A test that failed half-way must not leave a driver running for the next ones to wonder about.
    public void Dispose()
    {
        File.WriteAllText(_signs["go"], "");
        foreach (var process in _started.Where(process => !process.HasExited))
        {
            process.Kill();
            process.WaitForExit();
        }

        _cli.Dispose();
        _signs.Dispose();
        _repository.Dispose();
    }

    // What is not among the best never ends by itself: it waits for a sign that does not come.
    private void TrainUntilPruned()
    {
        _repository.Write(".gradient.yml", """
            version: 1
            experiments:
              toy:
                command: sh train.sh ${{ lr }}
                sweep:
                  parameters: { lr: [1, 2, 3, 4, 5] }
                  parallel: 1
                  pruner: asha
                objective: { minimize: loss }
            """);
        _repository.Write("train.sh", $$"""
            case $1 in 1) loss=0.5 ;; 4) loss=0.1 ;; *) loss=0.9 ;; esac
            echo "{\"metrics\": {\"loss\": $loss}, \"step\": 1}"
            echo $$ >> {{_signs.Path}}/started
            case $1 in 1|4) echo "{\"metrics\": {\"loss\": $loss}, \"step\": 3}" ;; *) while [ ! -e {{_signs.Path}}/go ]; do sleep 0.1; done ;; esac
            """);
        _repository.Commit("Train until pruned");
    }

    private void AskForBaseline()
    {
        _repository.Write(".gradient.yml", ExampleRepository.Manifest.Replace("parallel: 1", "parallel: 2") + "\n    baseline: run\n");
        _repository.Commit("Compare always");
        _repository.Commit("Change nothing");
    }

    private Task<string> StartedAsync(int trials) => FileArrival.WaitForAsync(_signs["started"], text => text.Count(each => each == '\n') >= trials);

    private void NothingIsLeft() =>
        File.ReadAllLines(_signs["started"]).Where(pid => Directory.Exists($"/proc/{pid}") && File.ReadAllText($"/proc/{pid}/cmdline").Contains("train.sh", StringComparison.Ordinal)).ShouldBeEmpty();

    private Process Start(params string[] words)
    {
        Directory.CreateDirectory(_cli.Data);
        // Whoever runs the tests with nohup, or behind a script, has hang-ups or Ctrl-C ignored, by all that they start, too.
        var start = new ProcessStartInfo("env") { WorkingDirectory = _repository.Path, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])["--default-signal", "dotnet", typeof(CommandLine).Assembly.Location, .. words, "--data", _cli.Data])
        {
            start.ArgumentList.Add(word);
        }

        var process = Process.Start(start)!;
        _started.Add(process);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => _said.Enqueue(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
