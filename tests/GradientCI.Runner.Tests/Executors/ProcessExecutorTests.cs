using System.Globalization;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Processes;
using GradientCI.Runner.Linux;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;
using GradientCI.Testing.Executors;

namespace GradientCI.Runner.Tests.Executors;

public sealed class ProcessExecutorTests : ProgramExecutorContract
{
    protected override ITrialExecutor Create() => new ProcessExecutor(TimeProvider.System);

    protected override bool IsAlive(string pid) =>
        ProcessStat.Read(int.Parse(pid, CultureInfo.InvariantCulture)) is { IsZombie: false };

    protected override async Task<string> StartFromADyingProcessAsync(AttemptRequest request)
    {
        using var starter = StarterProcess.Start(request);
        var handle = await starter.ReadLineAsync();
        await starter.KillAsync();
        return handle!;
    }

    [Fact(Timeout = Limit)]
    public async Task The_grace_time_passes_on_the_injected_clock()
    {
        var time = new ManualTimeProvider();
        await using var attempt = await new ProcessExecutor(time).StartAsync(Request(IgnoresEverything), CancellationToken.None);
        await LogHoldsAsync("ready");

        var stop = attempt.StopAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(29));
        attempt.SampleUsage().ShouldNotBeEmpty();
        time.Advance(TimeSpan.FromSeconds(1));
        await stop;

        (await attempt.Completion).Signal.ShouldBe(9);
    }

    [Fact(Timeout = Limit)]
    public async Task A_kernel_without_process_descriptors_is_asked_again_and_again()
    {
        var time = new ManualTimeProvider();
        await using var attempt = await StartAsync(Request(ObeysWith7));
        await LogHoldsAsync("ready");

        var gone = ExitWatcher.AskAsync(LeaderHandle.Parse(attempt.Handle)!.Value.Leader, time);
        time.Advance(TimeSpan.FromMilliseconds(10));
        gone.IsCompleted.ShouldBeFalse();
        await attempt.StopAsync(Hour, CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(1));

        await gone;
    }

    [Fact(Timeout = Limit)]
    public async Task A_daemon_left_behind_is_ended_with_the_command()
    {
        await using var attempt = await StartAsync(Request("setsid sleep 1000 & sleep 1000 & exec true"));

        await attempt.Completion;

        Directory.GetDirectories("/proc").ShouldNotContain(process => CommandLine(process) == "sleep\01000\0" && WorksIn(process, Folder.Path));
    }

    [Fact(Timeout = Limit)]
    public async Task A_trial_whose_shell_ends_at_SIGTERM_keeps_the_whole_grace_time_for_its_program()
    {
        await using var attempt = await StartAsync(Request(
            "sh -c \"trap 'while [ ! -e go ]; do sleep 0.1; done; echo checkpoint; exit 0' TERM; echo ready; while :; do sleep 0.02; done\"; echo never"));
        await LogHoldsAsync("ready");

        var stop = attempt.StopAsync(Hour, CancellationToken.None);
        await FileArrival.WaitForAsync(Folder["state/exit"], "000143");
        Folder.Write("go", "");
        await stop;

        (await File.ReadAllTextAsync(Folder["log"])).ShouldContain("checkpoint");
    }

    [Fact(Timeout = Limit)]
    public async Task A_suspended_attempt_can_be_stopped()
    {
        await using var attempt = await StartAsync(Request("echo ready; kill -STOP 0; sleep 1000"));
        await LogHoldsAsync("ready");

        await attempt.StopAsync(TimeSpan.FromMilliseconds(500), CancellationToken.None);

        (await attempt.Completion).Signal.ShouldNotBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task Signals_to_the_own_group_do_not_cost_the_exit_record()
    {
        var end = await RunAsync(Request("kill -INT 0; kill -HUP 0; kill -TERM 0; sleep 1000"));

        end.Signal.ShouldNotBeNull();
        ExitRecord.Read(Folder["state/exit"]).ShouldBe(end);
    }

    [Fact(Timeout = Limit)]
    public async Task A_breeding_attempt_is_ended_all_the_same()
    {
        await using var attempt = await StartAsync(Request("trap '' TERM; echo ready; breed() { sleep 1000 & while :; do (sleep 0.05; :) & sleep 0.01; done; }; breed & breed & wait"));
        await LogHoldsAsync("ready");

        await attempt.StopAsync(TimeSpan.FromMilliseconds(50), CancellationToken.None);

        (await attempt.Completion).Signal.ShouldBe(9);
    }

    [Theory(Timeout = Limit)]
    [InlineData("NUL\0")]
    [InlineData("")]
    public async Task A_command_that_no_program_can_be_given_is_told_in_a_sentence(string command)
    {
        var end = await RunAsync(Request(command));

        end.StartProblem.ShouldNotBeNull().ShouldEndWith(".");
    }

    [Fact(Timeout = Limit)]
    public async Task A_command_or_an_environment_that_is_too_long_is_told_in_a_sentence()
    {
        var huge = new string('x', 3_000_000);

        var command = await RunAsync(Request($": {huge}"));
        var environment = await RunAsync(Request(":") with { Environment = Request(":").Environment.SetItem("BIG", huge) });

        command.StartProblem.ShouldNotBeNull().ShouldContain("longer");
        environment.StartProblem.ShouldBe(command.StartProblem);
    }

    [Theory(Timeout = Limit)]
    [InlineData("a=b", "c")]
    [InlineData("", "c")]
    [InlineData("a", "b\0c")]
    public async Task A_variable_that_no_program_can_be_given_is_told_in_a_sentence(string name, string value)
    {
        var end = await RunAsync(Request(":") with { Environment = Request(":").Environment.SetItem(name, value) });

        end.StartProblem.ShouldNotBeNull().ShouldContain($"'{name}'");
    }

    [Fact(Timeout = Limit)]
    public async Task A_log_that_cannot_be_written_is_a_broken_environment()
    {
        var problem = await Should.ThrowAsync<GradientException>(() => StartAsync(Request(":") with { LogPath = Folder["no/such/log"] }));

        problem.Kind.ShouldBe(FailureKind.Environment);
        problem.Message.ShouldContain("no/such/log");
    }

    [Fact(Timeout = Limit)]
    public async Task A_full_disk_costs_the_log_and_not_the_exit_code()
    {
        var end = await RunAsync(Request("echo lost; exit 3") with { LogPath = "/dev/full" });

        end.ShouldBe(new AttemptEnd(3));
    }

    [Fact(Timeout = Limit)]
    public async Task An_exit_record_that_cannot_be_written_does_not_cost_the_exit_code()
    {
        var end = await RunAsync(Request("rm -rf state; exit 3"));

        end.ShouldBe(new AttemptEnd(3));
    }

    [Theory(Timeout = Limit)]
    [InlineData(1, true)]
    [InlineData(0, false)]
    public async Task A_death_by_SIGKILL_is_lack_of_memory_when_the_kernel_counted_one(int kills, bool isOutOfMemory)
    {
        var counter = Folder.Write("vmstat", "pgfault 3\noom_kill 0\n");
        var executor = new ProcessExecutor(TimeProvider.System, gpuMeter: null, counter);
        await using var attempt = await executor.StartAsync(Request($"printf 'oom_kill {kills}\\n' >vmstat; kill -9 $$"), CancellationToken.None);

        (await attempt.Completion).ShouldBe(new AttemptEnd(null, 9, isOutOfMemory));
    }

    [Fact(Timeout = Limit)]
    public async Task A_trial_has_no_terminal_no_input_and_no_files_of_ours()
    {
        var end = await RunAsync(Request("read line && exit 1; ls -l /proc/self/fd | grep -c -- '->'; : </dev/tty"));

        end.ExitCode.ShouldBe(2, "there is no terminal to open");
        (await File.ReadAllLinesAsync(Folder["log"]))[0].ShouldBe("4", "three streams, and the folder that is being listed");
    }

    [Fact(Timeout = Limit)]
    public async Task A_closed_pipe_ends_a_program_as_everywhere_else()
    {
        await RunAsync(Request("(trap; yes; echo $? >status) | head -n 1 >/dev/null"));

        (await File.ReadAllTextAsync(Folder["status"])).Trim().ShouldBe("141");
    }

    [Fact(Timeout = Limit)]
    public async Task The_use_of_processor_and_memory_is_measured_while_it_runs()
    {
        await using var attempt = await StartAsync(Request($"{TrainerProgram.Path} memory 100000000"));
        await LogHoldsAsync("eaten");

        var usage = attempt.SampleUsage().ToDictionary(StringComparer.Ordinal);
        await attempt.StopAsync(TimeSpan.Zero, CancellationToken.None);

        usage["system/memory_bytes"].ShouldBeInRange(100_000_000, 1_000_000_000);
        usage["system/cpu_percent"].ShouldBeInRange(1, 1600);
        attempt.SampleUsage().ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Hundreds_of_short_attempts_each_get_their_own_exit_code()
    {
        var ends = await Task.WhenAll(Enumerable.Range(0, 150).Select(async number =>
        {
            var code = number % 100;
            var request = Request($"exit {code}") with { StateDirectory = Folder[$"state-{number}"], LogPath = Folder[$"log-{number}"] };
            await using var attempt = await StartAsync(request);
            return (code, end: await attempt.Completion);
        }));

        ends.ShouldAllBe(pair => pair.end == new AttemptEnd(pair.code));
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText($"{process}/cmdline");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static bool WorksIn(string process, string folder) =>
        new FileInfo($"{process}/cwd").LinkTarget == folder;
}
