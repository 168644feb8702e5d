using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>An attempt under a leader and a recorder, started by us or by a process before us.</summary>
/// <remarks>
/// While the leader is our child it is reaped last of all: its remains keep the id of its session from being given to
/// strangers. The session of somebody else's leader is trusted only while that leader or its recorder lives.
/// When the leader dies the attempt goes on under its recorder. When that dies, too, nobody can tell any more how the command
/// ends: what is left is ended, and the attempt is lost.
/// </remarks>
internal sealed class ProcessAttempt : IRunningAttempt
{
    /// <summary>What daemons get that outlive a command which ended by itself.</summary>
    private static readonly TimeSpan StragglerGrace = TimeSpan.FromSeconds(5);

    /// <summary>What the recorder gets for its record once its command is dead.</summary>
    private static readonly TimeSpan RecordTime = TimeSpan.FromSeconds(1);

    /// <summary>After so many rounds of killing something breeds faster than we kill, and nothing is spared.</summary>
    private const int PatientRounds = 10;

    private const int WaitWithoutHanging = 1;

    private readonly LeaderHandle _handle;
    private readonly ProcessFamily _family;
    private readonly string _recordPath;
    private readonly bool _isOurChild;
    private readonly string _oomKillsPath;
    private readonly TimeProvider _time;
    private readonly long _watchedSince;
    private readonly UsageMeter _usage;
    private readonly Lock _lock = new();
    private readonly HashSet<ProcessIdentity> _asked = [];
    private readonly GracePeriod _grace;
    private ProcessStat? _recorder;
    private bool _wasStopped;
    private bool _wasForced;
    private bool _wasReaped;

    public ProcessAttempt(LeaderHandle handle, ProcessFamily family, string recordPath, bool isOurChild, string oomKillsPath, TimeProvider time)
    {
        _handle = handle;
        _family = family;
        _recordPath = recordPath;
        _isOurChild = isOurChild;
        _oomKillsPath = oomKillsPath;
        _time = time;
        _grace = new GracePeriod(time);
        _watchedSince = time.GetTimestamp();
        _usage = new UsageMeter(time, startsAtZero: isOurChild);
        Completion = CompleteAsync();
    }

    public string Handle => _handle.ToString();

    public Task<AttemptEnd> Completion { get; }

    /// <summary>Reads the use of the attempt's GPUs, or null when it has none.</summary>
    public Func<IReadOnlyList<KeyValuePair<string, double>>>? GpuUsage { get; init; }

    // The id of a session is its leader's, and cannot be given to others while a process of it lives.
    private int Session =>
        (_isOurChild && !_wasReaped) || _handle.Leader.IsAlive() ? _handle.Leader.Pid
        : _recorder is { } recorder && recorder.Identity.IsAlive() ? recorder.Session
        : 0;

    public async Task StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        if (!Completion.IsCompleted)
        {
            _grace.Shorten(grace);
            if (!Interlocked.Exchange(ref _wasStopped, true))
            {
                AskAll();
            }
        }

        await Completion.WaitAsync(cancellationToken);
    }

    public IReadOnlyList<KeyValuePair<string, double>> SampleUsage() =>
        Completion.IsCompleted ? [] : [.. _usage.Sample(_family.Find(Session)), .. GpuUsage?.Invoke() ?? []];

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<AttemptEnd> CompleteAsync()
    {
        using var grace = _grace;
        await SeeThroughAsync(_handle.Leader);
        if (HasRefused())
        {
            // What lives, and what is or will be recorded, is another leader's.
            Reap();
            return AttemptEnd.NeverBegan;
        }

        if (ExitRecord.Read(_recordPath) is null)
        {
            _recorder = _family.FindRecorder(_family.Find(Session));
            await (_recorder is { } recorder ? SeeThroughAsync(recorder.Identity) : Task.CompletedTask);
        }

        while (FindStragglers() is { Count: > 0 } stragglers)
        {
            await EndAsync(stragglers);
        }

        return ReadEnd();
    }

    // Its word is asked for rather than the marker's: that of another leader can stay without an id for as long as the disk
    // is busy. A command that ends with the same code leaves a record that says so, or the marker still names our leader.
    private bool HasRefused() =>
        _isOurChild && ChildStatus.ReadExitCode(_handle.Leader.Pid) == LeaderScript.Refusal
        && ExitRecord.Read(_recordPath)?.ExitCode != LeaderScript.Refusal
        && BeginMarker.Read(_recordPath) is { } beginner && beginner != _handle.Leader.Pid;

    private async Task SeeThroughAsync(ProcessIdentity shell)
    {
        var gone = ExitWatcher.WhenGoneAsync(shell, _time);
        await Task.WhenAny(gone, _grace.Over);
        for (var round = 0; !gone.IsCompleted; round++)
        {
            await InsistAsync(gone, round);
        }
    }

    // Everything but the two shells is killed, which then leave the record and go by themselves.
    private async Task InsistAsync(Task gone, int round)
    {
        var session = Session;
        var family = _family.Find(session);
        var recorder = _family.FindRecorder(family)?.Identity;
        var others = family.Where(process => process.Identity != _handle.Leader && process.Identity != recorder).ToList();
        if (others.Count > 0 && round < PatientRounds)
        {
            await SignalAsync(others, Libc.SigKill);
            family.ForEach(process => Signal(process.Identity, Libc.SigCont));
        }
        else if (session != 0 && (others.Count > 0 || !await EndsWithinAsync(gone, RecordTime)))
        {
            _wasForced = true;
            _ = Libc.Kill(-session, Libc.SigKill);
            await gone;
        }
    }

    private List<ProcessStat> FindStragglers() =>
        _isOurChild && _time.GetElapsedTime(_watchedSince) < TimeSpan.FromSeconds(1) ? _family.FindYoung(_handle.Leader.Pid) : _family.Find(Session);

    private async Task EndAsync(List<ProcessStat> stragglers)
    {
        if (_grace.Over.IsCompleted)
        {
            await SignalAsync(stragglers, Libc.SigKill);
            return;
        }

        if (!_wasStopped)
        {
            _grace.Shorten(StragglerGrace);
        }

        Ask(stragglers);
        await Task.WhenAny(
            Task.WhenAny(stragglers.Select(process => ExitWatcher.WhenGoneAsync(process.Identity, _time))), _grace.Over);
    }

    private AttemptEnd ReadEnd()
    {
        var status = Reap();
        if ((ExitRecord.Read(_recordPath) ?? (status is null ? null : ExitRecord.FromStatus(status.Value))) is { } end)
        {
            var wasKilled = end.Signal == Libc.SigKill && !_wasStopped;
            return end with { IsOutOfMemory = wasKilled && _handle.OomKills >= 0 && OomKills.Read(_oomKillsPath) > _handle.OomKills };
        }

        // Where there is no room for a marker our leader had none either: it ended before it began anything.
        var error = BeginMarker.Forbid(_recordPath);
        var hasNoRoom = _isOurChild && error is ErrorNumber.NoSpace or ErrorNumber.QuotaExceeded;
        return error == 0 || hasNoRoom || BeginMarker.Read(_recordPath) == BeginMarker.Nobody ? AttemptEnd.NeverBegan
            : _wasForced ? new AttemptEnd(null, Libc.SigKill)
            : AttemptEnd.Lost;
    }

    private int? Reap()
    {
        lock (_lock)
        {
            _wasReaped = true;
            return _isOurChild && Libc.WaitPid(_handle.Leader.Pid, out var status, WaitWithoutHanging) > 0 ? status : null;
        }
    }

    // The group is asked in one stroke, so that nothing forks away meanwhile; the shells' traps let them live.
    private void AskAll()
    {
        lock (_lock)
        {
            var session = Session;
            var family = _family.Find(session);
            if (session != 0)
            {
                _ = Libc.Kill(-session, Libc.SigTerm);
                _ = Libc.Kill(-session, Libc.SigCont);
                _asked.UnionWith(family.Where(process => process.Group == session).Select(process => process.Identity));
            }

            Ask(family);
        }
    }

    // Nobody is asked twice: many a program takes the second SIGTERM for impatience.
    private void Ask(List<ProcessStat> processes)
    {
        lock (_lock)
        {
            foreach (var process in processes.Where(process => _asked.Add(process.Identity)))
            {
                Signal(process.Identity, Libc.SigTerm);
                Signal(process.Identity, Libc.SigCont);
            }
        }
    }

    private Task SignalAsync(List<ProcessStat> processes, int signal)
    {
        processes.ForEach(process => Signal(process.Identity, signal));
        return Task.WhenAll(processes.Select(process => ExitWatcher.WhenGoneAsync(process.Identity, _time)));
    }

    private static void Signal(ProcessIdentity process, int signal)
    {
        if (process.IsAlive())
        {
            _ = Libc.Kill(process.Pid, signal);
        }
    }

    private async Task<bool> EndsWithinAsync(Task task, TimeSpan limit)
    {
        using var enough = new CancellationTokenSource();
        var first = await Task.WhenAny(task, Task.Delay(limit, _time, enough.Token));
        await enough.CancelAsync();
        return first == task;
    }
}
