using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Processes;
using GradientCI.Runner.Linux;
using GradientCI.Specs;
using GradientCI.Testing;
using GradientCI.Testing.Executors;

namespace GradientCI.Runner.Tests.Executors;

/// <summary>Whoever dies, and whenever: a command begins at most once, and its exit code and log survive while its recorder does.</summary>
public sealed class ProcessFaultTests : IDisposable
{
    private const int Limit = 60_000;

    private const string Lines = "i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo \"line $i\"; done";

    /// <summary>Says that it began, prints, waits to be let go on, prints again.</summary>
    private const string Trial = $"echo begun >>canary; {Lines}; while [ ! -e go ]; do sleep 0.01; done; {Lines}; exit 5";

    private static readonly AttemptEnd Undisturbed = new(5);

    private readonly TemporaryFolder _folder = new();
    private readonly ProcessExecutor _executor = new(TimeProvider.System);
    private readonly AttemptRequest _request;
    private readonly ProcessFamily _family;

    public ProcessFaultTests()
    {
        _request = Request("1");
        _family = new ProcessFamily(_request.StateDirectory);
    }

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_attempt_goes_on_without_its_leader(bool isSetUp)
    {
        var request = isSetUp ? _request with { Setup = "true" } : _request;
        await using var attempt = await _executor.StartAsync(request, CancellationToken.None);
        await CommandBeganAsync(request);

        Kill(Leader(attempt.Handle).Pid);
        Go(request);

        (await attempt.Completion).ShouldBe(Undisturbed);
        ShouldBeWhole(request);
        await ShouldBeGoneAsync(_family);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_attempt_goes_on_without_its_starter_and_its_leader(bool isHandleKnown)
    {
        var handle = await StartAndKillStarterAsync();
        await CommandBeganAsync(_request);
        Kill(Leader(handle).Pid);
        await GoneAsync(Leader(handle));

        await using var adopted = await _executor.AdoptAsync(_request, isHandleKnown ? handle : "", CancellationToken.None);
        adopted.Completion.IsCompleted.ShouldBeFalse();
        adopted.SampleUsage().ShouldNotBeEmpty();
        Go(_request);

        (await adopted.Completion).ShouldBe(Undisturbed);
        ShouldBeWhole(_request);
        await ShouldBeGoneAsync(_family);
    }

    [Theory(Timeout = Limit)]
    [InlineData("exit 7", 3_600_000, 7, null)]
    [InlineData("", 0, null, 9)]
    public async Task An_attempt_without_its_leader_can_be_stopped(string answer, int graceMilliseconds, int? code, int? signal)
    {
        var request = _request with { Command = new CommandSpec([$"trap '{answer}' TERM; echo begun >>canary; while :; do sleep 0.02; done"], IsShell: true) };
        using var starter = StarterProcess.Start(request);
        var handle = (await starter.ReadLineAsync())!;
        await starter.KillAsync();
        await CommandBeganAsync(request);
        Kill(Leader(handle).Pid);
        await GoneAsync(Leader(handle));

        await using var adopted = await _executor.AdoptAsync(request, handle, CancellationToken.None);
        await adopted.StopAsync(TimeSpan.FromMilliseconds(graceMilliseconds), CancellationToken.None);

        (await adopted.Completion).ShouldBe(new AttemptEnd(code, signal));
        await ShouldBeGoneAsync(_family);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Without_its_recorder_an_attempt_is_lost_when_nothing_of_it_is_left(bool isAdopted, bool isLeaderKilled)
    {
        IRunningAttempt attempt;
        string handle;
        if (isAdopted)
        {
            handle = await StartAndKillStarterAsync();
            await CommandBeganAsync(_request);
            attempt = await _executor.AdoptAsync(_request, handle, CancellationToken.None);
        }
        else
        {
            attempt = await _executor.StartAsync(_request, CancellationToken.None);
            handle = attempt.Handle;
            await CommandBeganAsync(_request);
        }

        var recorder = Recorder();
        if (isLeaderKilled)
        {
            Kill(Leader(handle).Pid);
        }

        Kill(recorder);

        (await attempt.Completion).ShouldBe(AttemptEnd.Lost);
        _family.Find(0).ShouldBeEmpty();
        ExitRecord.Read(ExitRecord.PathIn(_request.StateDirectory)).ShouldBeNull();
        (await (await _executor.AdoptAsync(_request, handle, CancellationToken.None)).Completion).ShouldBe(AttemptEnd.Lost);
        BeginningsOf(_request).ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_left_of_a_lost_attempt_is_ended_before_it_is_given_up()
    {
        var handle = await StartAndKillStarterAsync();
        await CommandBeganAsync(_request);
        var shells = (ProcessIdentity[])[Leader(handle), _family.FindRecorder(_family.Find(0)).ShouldNotBeNull().Identity];
        KillAtOnce([.. shells.Select(shell => shell.Pid)]);

        // A process that was killed a moment ago lives on for another: an attempt with it would be watched, not given up.
        await Task.WhenAll(shells.Select(GoneAsync));

        var adopted = await _executor.AdoptAsync(_request, handle, CancellationToken.None);

        adopted.Completion.IsCompleted.ShouldBeTrue();
        (await adopted.Completion).ShouldBe(AttemptEnd.Lost);
        _family.Find(0).ShouldBeEmpty();
    }

    [Theory(Timeout = Limit)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whenever_starter_leader_and_adopter_are_killed_the_attempt_is_whole_or_never_began(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 4; round++)
        {
            var request = Request($"{seed}-{round}");
            var family = new ProcessFamily(request.StateDirectory);
            using var starter = StarterProcess.Start(request);
            var handle = round % 2 == 0 ? await starter.ReadLineAsync() ?? "" : await AboutToSpawnAsync(request);
            Spin(random, milliseconds: 30);
            await starter.KillAsync();
            Spin(random, milliseconds: 4);
            if (random.Next(3) > 0 && family.FindLeader() is { } leader)
            {
                Kill(leader.Pid);
            }

            using (var adopter = StarterProcess.Adopt(request, handle))
            {
                Spin(random, milliseconds: 200);
                await adopter.KillAsync();
            }

            var adopted = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => _executor.AdoptAsync(request, handle, CancellationToken.None)));
            Go(request);
            var ends = await Task.WhenAll(adopted.Select(attempt => attempt.Completion));

            ends[0].ShouldBe(ends[1]);
            if (ends[0] == Undisturbed)
            {
                ShouldBeWhole(request);
            }
            else
            {
                // A leader that dies between its marker and its recorder leaves nobody who could know.
                new[] { AttemptEnd.NeverBegan, AttemptEnd.Lost }.ShouldContain(ends[0]);
                BeginningsOf(request).ShouldBe(0);
            }

            await ShouldBeGoneAsync(family);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData(true, 4)]
    [InlineData(false, 5)]
    public async Task Whenever_its_shells_are_killed_an_attempt_begins_once_at_most_and_leaves_nothing(bool isRecorderSpared, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 20; round++)
        {
            var request = Request($"{seed}-{round}");
            var family = new ProcessFamily(request.StateDirectory);
            await using var attempt = await _executor.StartAsync(request, CancellationToken.None);
            Spin(random, milliseconds: 4);
            KillAtOnce(isRecorderSpared || family.FindRecorder(family.Find(0)) is not { } recorder
                ? [Leader(attempt.Handle).Pid]
                : [recorder.Identity.Pid, Leader(attempt.Handle).Pid]);
            Go(request);

            var end = await attempt.Completion;

            if (end == Undisturbed)
            {
                ShouldBeWhole(request);
            }
            else
            {
                // A leader that dies between its marker and its recorder leaves nobody who could know.
                new[] { AttemptEnd.NeverBegan, AttemptEnd.Lost }.ShouldContain(end);
                BeginningsOf(request).ShouldBeLessThanOrEqualTo(end.HasBegun && !isRecorderSpared ? 1 : 0);
            }

            family.Find(0).ShouldBeEmpty();
            (await (await _executor.AdoptAsync(request, attempt.Handle, CancellationToken.None)).Completion).ShouldBe(end);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_starter_that_is_suspended_while_others_adopt_starts_nothing_twice(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 4; round++)
        {
            var request = Request($"{seed}-{round}");
            using var starter = StarterProcess.Start(request);
            await AboutToSpawnAsync(request);
            Spin(random, milliseconds: 30);
            Signal(starter.Pid, "STOP");

            var adopted = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => _executor.AdoptAsync(request, "", CancellationToken.None)));
            Signal(starter.Pid, "CONT");
            Go(request);
            var ends = await Task.WhenAll(adopted.Select(attempt => attempt.Completion));
            await starter.ReadLineAsync();

            (await starter.ReadLineAsync()).ShouldBe(ends[0].ToString());
            ends[1].ShouldBe(ends[0]);
            BeginningsOf(request).ShouldBe(ends[0] == Undisturbed ? 1 : 0);
            ends[0].ShouldBe(ends[0].HasBegun ? Undisturbed : AttemptEnd.NeverBegan);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_starter_that_has_decided_and_not_yet_spawned_starts_nothing_once_others_adopted()
    {
        // Opening a pipe for writing takes until somebody reads it: the starter halts behind its decision.
        Shell("mkfifo", _request.LogPath);
        using var starter = StarterProcess.Start(_request);
        await AboutToSpawnAsync(_request);

        var adopted = await _executor.AdoptAsync(_request, "", CancellationToken.None);
        var printed = File.ReadAllTextAsync(_request.LogPath);

        (await adopted.Completion).ShouldBe(AttemptEnd.NeverBegan);
        (await starter.ReadLineAsync()).ShouldNotBeNullOrEmpty("a leader was spawned");
        (await starter.ReadLineAsync()).ShouldBe(AttemptEnd.NeverBegan.ToString());
        (await printed).ShouldBeEmpty();
        BeginningsOf(_request).ShouldBe(0);
    }

    [Fact(Timeout = Limit)]
    public async Task Of_many_that_start_an_attempt_at_once_one_begins_it_and_the_others_leave_it_alone()
    {
        for (var round = 0; round < 5; round++)
        {
            var request = Request($"{round}");
            var attempts = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => _executor.StartAsync(request, CancellationToken.None))));
            await CommandBeganAsync(request);
            var first = await Task.WhenAny(attempts.Select(attempt => attempt.Completion));
            Go(request);
            var ends = await Task.WhenAll(attempts.Select(attempt => attempt.Completion));

            (await first).ShouldBe(AttemptEnd.NeverBegan);
            ends.Count(end => end == Undisturbed).ShouldBe(1);
            ends.Count(end => end == AttemptEnd.NeverBegan).ShouldBe(5);
            ShouldBeWhole(request);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("")]
    [InlineData("       4711\n")]
    [InlineData("00000000005\n")]
    public async Task A_starter_whose_leader_came_second_leaves_what_another_began_alone_whatever_the_marker_says(string marker)
    {
        // Opening a pipe for writing takes until somebody reads it: the starter halts behind its decision.
        Shell("mkfifo", _request.LogPath);
        var starting = Task.Run(() => _executor.StartAsync(_request, CancellationToken.None));
        await AboutToSpawnAsync(_request);
        _folder.Write("1/state/exit", marker);

        var printed = File.ReadAllTextAsync(_request.LogPath);
        var attempt = await starting;
        using var begun = Process.Start(new ProcessStartInfo("sleep", "1000") { Environment = { [ProcessFamily.KeyVariable] = _family.Key } })!;
        var end = await attempt.Completion;

        end.ShouldBe(AttemptEnd.NeverBegan);
        begun.HasExited.ShouldBeFalse();
        (await printed).ShouldBeEmpty();
        begun.Kill();
    }

    [Theory(Timeout = Limit)]
    [InlineData(null, "NeverBegan")]
    [InlineData("", "NeverBegan")]
    [InlineData("          0\n", "NeverBegan")]
    [InlineData("       4711\n", "Lost")]
    [InlineData("0000000003", "Lost")]
    [InlineData("1", "Lost")]
    [InlineData("garbage\n", "Lost")]
    public async Task Where_nothing_lives_the_marker_says_whether_the_command_began(string? marker, string end)
    {
        if (marker is not null)
        {
            _folder.Write("1/state/exit", marker);
        }

        for (var time = 0; time < 2; time++)
        {
            var adopted = await _executor.AdoptAsync(_request, "", CancellationToken.None);

            adopted.Completion.IsCompleted.ShouldBeTrue();
            (await adopted.Completion).ShouldBe(end == "Lost" ? AttemptEnd.Lost : AttemptEnd.NeverBegan);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_process_id_that_was_given_to_another_program_is_not_ours(bool isOfThisBoot)
    {
        using var stranger = Process.Start("sleep", "1000");
        var identity = ProcessStat.Read(stranger.Id)!.Value.Identity;
        var handle = isOfThisBoot
            ? new LeaderHandle(identity with { StartTicks = identity.StartTicks - 1 }, 0, Boot.Id)
            : new LeaderHandle(identity, 0, "11111111-2222-3333-4444-555555555555");
        _folder.Write("1/state/exit", string.Create(CultureInfo.InvariantCulture, $"{stranger.Id,11}\n"));

        var adopted = await _executor.AdoptAsync(_request, handle.ToString(), CancellationToken.None);
        await adopted.StopAsync(TimeSpan.Zero, CancellationToken.None);

        (await adopted.Completion).ShouldBe(AttemptEnd.Lost);
        stranger.HasExited.ShouldBeFalse();
        stranger.Kill();
    }

    [Theory(Timeout = Limit)]
    [InlineData(null, false)]
    [InlineData("00000000006\n", true)]
    public async Task An_attempt_of_another_boot_is_lost_unless_it_left_a_record(string? record, bool hasEnded)
    {
        if (record is not null)
        {
            _folder.Write("1/state/exit", record);
        }

        var handle = new LeaderHandle(new ProcessIdentity(1, 1), 0, "11111111-2222-3333-4444-555555555555");
        var adopted = await _executor.AdoptAsync(_request, handle.ToString(), CancellationToken.None);

        (await adopted.Completion).ShouldBe(hasEnded ? new AttemptEnd(6) : AttemptEnd.Lost);
    }

    [FactOnSmallDisk]
    public async Task A_disk_that_fills_up_while_the_trial_runs_does_not_cost_the_exit_record()
    {
        using var disk = new SmallDisk(_folder["disk"], megabytes: 1);
        var request = _request with
        {
            Command = new CommandSpec(["cat /dev/zero >disk/fill; echo more >disk/more || exit 3"], IsShell: true),
            WorkingDirectory = _folder.Path,
            StateDirectory = _folder["disk/state"],
            LogPath = _folder["disk/log"],
        };

        await using var attempt = await _executor.StartAsync(request, CancellationToken.None);

        (await attempt.Completion).ShouldBe(new AttemptEnd(3));
        ExitRecord.Read(ExitRecord.PathIn(request.StateDirectory)).ShouldBe(new AttemptEnd(3));
    }

    [FactOnSmallDisk]
    public async Task On_a_full_disk_no_command_begins()
    {
        using var disk = new SmallDisk(_folder["disk"], megabytes: 1);
        Shell("/bin/sh", "-c", $"cat /dev/zero >{_folder["disk/fill"]} 2>/dev/null || true");
        var request = _request with { StateDirectory = _folder["disk/state"] };

        await using var attempt = await _executor.StartAsync(request, CancellationToken.None);

        (await attempt.Completion).ShouldBe(AttemptEnd.NeverBegan);
        BeginningsOf(request).ShouldBe(0);
    }

    public static TheoryData<string> Shells => [.. new[] { "/bin/dash", "/bin/bash", "/bin/busybox", "/bin/ksh" }.Where(File.Exists)];

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Shells))]
    public async Task The_script_is_understood_by_every_shell_that_may_be_called_sh(string shell)
    {
        var sh = File.CreateSymbolicLink(_folder["sh"], shell).FullName;
        var record = _folder["exit"];
        var words = LeaderScript.Words(sh, record, _request with { Setup = "set -o | grep -q 'noclobber.*off'", Command = new CommandSpec(["echo once >>canary; kill -TERM 0; exit 3"], IsShell: true) });

        var (first, second) = (await RunAsync(words), await RunAsync(words));

        (first, second).ShouldBe((143, LeaderScript.Refusal));
        (await File.ReadAllTextAsync(record)).ShouldBe("00000000143\n");
        (await File.ReadAllTextAsync(_folder["1/canary"])).ShouldBe("once\n");
    }

    private async Task<int> RunAsync(IReadOnlyList<string> words)
    {
        // In a session of its own, as the executor does it.
        using var leader = Process.Start(new ProcessStartInfo("setsid", ["--wait", .. words]) { WorkingDirectory = _request.WorkingDirectory })!;
        await leader.WaitForExitAsync();
        return leader.ExitCode;
    }

    private AttemptRequest Request(string name) => new()
    {
        Id = new AttemptId(new TrialId(new RunId(new ProjectId("faults-000000"), "faults", 1), 1), 1),
        Command = new CommandSpec([Trial], IsShell: true),
        WorkingDirectory = Directory.CreateDirectory(_folder[name]).FullName,
        Environment = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal),
        LogPath = _folder[$"{name}/log"],
        StateDirectory = _folder[$"{name}/state"],
    };

    private async Task<string> StartAndKillStarterAsync()
    {
        using var starter = StarterProcess.Start(_request);
        var handle = await starter.ReadLineAsync();
        await starter.KillAsync();
        return handle!;
    }

    // The folder is made between the decision and the spawning.
    private static async Task<string> AboutToSpawnAsync(AttemptRequest request)
    {
        while (!Directory.Exists(request.StateDirectory))
        {
            await Task.Yield();
        }

        return "";
    }

    private static Task<string> CommandBeganAsync(AttemptRequest request) => FileArrival.WaitForAsync(Path.Combine(request.WorkingDirectory, "canary"), "begun\n");

    private static void Go(AttemptRequest request) => File.WriteAllText(Path.Combine(request.WorkingDirectory, "go"), "");

    private static int BeginningsOf(AttemptRequest request) =>
        Path.Combine(request.WorkingDirectory, "canary") is var canary && File.Exists(canary) ? File.ReadAllLines(canary).Length : 0;

    private static void ShouldBeWhole(AttemptRequest request)
    {
        var lines = string.Concat(Enumerable.Range(1, 500).Select(line => $"line {line}\n"));
        File.ReadAllText(request.LogPath).ShouldBe(lines + lines);
        BeginningsOf(request).ShouldBe(1);
    }

    // Those that are just ending are waited for; one that stays costs the test its time.
    private static Task ShouldBeGoneAsync(ProcessFamily family) => Task.WhenAll(family.Find(0).Select(process => GoneAsync(process.Identity)));

    private static Task GoneAsync(ProcessIdentity process) => ExitWatcher.WhenGoneAsync(process, TimeProvider.System);

    private static ProcessIdentity Leader(string handle) => LeaderHandle.Parse(handle)!.Value.Leader;

    private int Recorder() => _family.FindRecorder(_family.Find(0)).ShouldNotBeNull().Identity.Pid;

    private static void Kill(int process) => KillAtOnce(process);

    private static void KillAtOnce(params int[] processes) => Array.ForEach(processes, process => _ = Libc.Kill(process, Libc.SigKill));

    private static void Signal(int process, string signal) => Shell("kill", $"-{signal}", process.ToString(CultureInfo.InvariantCulture));

    private static void Shell(string program, params string[] words)
    {
        using var process = Process.Start(program, words);
        process.WaitForExit();
    }

    private static void Spin(Random random, int milliseconds)
    {
        var clock = Stopwatch.StartNew();
        var end = random.NextDouble() * milliseconds;
        while (clock.Elapsed.TotalMilliseconds < end)
        {
            Thread.SpinWait(100);
        }
    }
}
