using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>An attempt under a leader, started by us or by a process before us.</summary>
/// <remarks>
/// While the leader is our child it is reaped last of all: its remains keep the id of its session from being given to
/// strangers. The session of somebody else's leader is trusted only while that leader lives.
/// </remarks>
internal sealed class ProcessAttempt : IRunningAttempt
{
    /// <summary>What daemons get that outlive a command which ended by itself.</summary>
    private static readonly TimeSpan StragglerGrace = TimeSpan.FromSeconds(5);

    /// <summary>What a leader gets to write its record once its command is dead.</summary>
    private static readonly TimeSpan RecordTime = TimeSpan.FromSeconds(1);

    /// <summary>After so many rounds of killing something breeds faster than we kill, and the leader is not spared.</summary>
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
    private readonly TaskCompletionSource _graceOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _graceTimer;
    private DateTimeOffset _graceEnd = DateTimeOffset.MaxValue;
    private bool _wasStopped;
    private bool _wasReaped;

    public ProcessAttempt(LeaderHandle handle, ProcessFamily family, string recordPath, bool isOurChild, string oomKillsPath, TimeProvider time)
    {
        _handle = handle;
        _family = family;
        _recordPath = recordPath;
        _isOurChild = isOurChild;
        _oomKillsPath = oomKillsPath;
        _time = time;
        _watchedSince = time.GetTimestamp();
        _usage = new UsageMeter(time, startsAtZero: isOurChild);
        Completion = CompleteAsync();
    }

    public string Handle => _handle.ToString();

    public Task<AttemptEnd> Completion { get; }

    /// <summary>Reads the use of the attempt's GPUs, or null when it has none.</summary>
    public Func<IReadOnlyList<KeyValuePair<string, double>>>? GpuUsage { get; init; }

    // The id of a session is its leader's.
    private int Session => (_isOurChild && !_wasReaped) || _handle.Leader.IsAlive() ? _handle.Leader.Pid : 0;

    public async Task StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        if (!Completion.IsCompleted)
        {
            ShortenGrace(grace);
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
        var leaderGone = ExitWatcher.WhenGoneAsync(_handle.Leader, _time);
        await Task.WhenAny(leaderGone, _graceOver.Task);
        for (var round = 0; !leaderGone.IsCompleted; round++)
        {
            await InsistAsync(leaderGone, round);
        }

        while (FindStragglers() is { Count: > 0 } stragglers)
        {
            await EndAsync(stragglers);
        }

        _graceTimer?.Dispose();
        return ReadEnd();
    }

    // Everything but the leader is killed, which then writes its record and goes by itself.
    private async Task InsistAsync(Task leaderGone, int round)
    {
        var others = _family.Find(Session).Where(process => process.Identity != _handle.Leader).ToList();
        if (others.Count > 0 && round < PatientRounds)
        {
            await SignalAsync(others, Libc.SigKill);
            Signal(_handle.Leader, Libc.SigCont);
        }
        else if (others.Count > 0 || !await EndsWithinAsync(leaderGone, RecordTime))
        {
            _ = Libc.Kill(-_handle.Leader.Pid, Libc.SigKill);
            await leaderGone;
        }
    }

    private List<ProcessStat> FindStragglers() =>
        _isOurChild && _time.GetElapsedTime(_watchedSince) < TimeSpan.FromSeconds(1) ? _family.FindYoung(_handle.Leader.Pid) : _family.Find(Session);

    private async Task EndAsync(List<ProcessStat> stragglers)
    {
        if (_graceOver.Task.IsCompleted)
        {
            await SignalAsync(stragglers, Libc.SigKill);
            return;
        }

        if (!_wasStopped)
        {
            ShortenGrace(StragglerGrace);
        }

        Ask(stragglers);
        await Task.WhenAny(
            Task.WhenAny(stragglers.Select(process => ExitWatcher.WhenGoneAsync(process.Identity, _time))), _graceOver.Task);
    }

    private AttemptEnd ReadEnd()
    {
        var status = Reap();
        var end = ExitRecord.Read(_recordPath) ?? (status is null ? new AttemptEnd(null) : ExitRecord.FromStatus(status.Value));
        var wasKilled = end.Signal == Libc.SigKill && !_wasStopped;
        return end with { IsOutOfMemory = wasKilled && _handle.OomKills >= 0 && OomKills.Read(_oomKillsPath) > _handle.OomKills };
    }

    private int? Reap()
    {
        lock (_lock)
        {
            _wasReaped = true;
            return _isOurChild && Libc.WaitPid(_handle.Leader.Pid, out var status, WaitWithoutHanging) > 0 ? status : null;
        }
    }

    private void ShortenGrace(TimeSpan grace)
    {
        lock (_lock)
        {
            var end = _time.GetUtcNow() + grace;
            if (end < _graceEnd)
            {
                _graceEnd = end;
                _graceTimer ??= _time.CreateTimer(_ => _graceOver.TrySetResult(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _graceTimer.Change(grace, Timeout.InfiniteTimeSpan);
            }
        }
    }

    // The group is asked in one stroke, so that nothing forks away meanwhile; the leader's trap lets it live.
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
