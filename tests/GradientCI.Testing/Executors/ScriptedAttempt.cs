using GradientCI.Runner.Executors;

namespace GradientCI.Testing.Executors;

/// <summary>A script being played.</summary>
internal sealed class ScriptedAttempt : IRunningAttempt
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<AttemptEnd> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ITimer> _timers = [];
    private readonly string _logPath;
    private readonly AttemptScript _script;
    private readonly TimeProvider _time;

    public ScriptedAttempt(string handle, string logPath, AttemptScript script, TimeProvider time)
    {
        Handle = handle;
        _logPath = logPath;
        _script = script;
        _time = time;
        if (script.End.StartProblem is not null)
        {
            End(script.End);
            return;
        }

        foreach (var line in script.Lines.OrderBy(line => line.At))
        {
            After(line.At, () => Print(line.Text));
        }

        After(script.Duration, () => End(script.IsLost ? new AttemptEnd(null) : script.End));
    }

    public string Handle { get; }

    public Task<AttemptEnd> Completion => _completion.Task;

    public bool HasVanished => _script.IsLost && Completion.IsCompleted;

    public async Task StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        if (_script.IgnoresStop)
        {
            After(grace, () => End(new AttemptEnd(null, Signal: 9)));
        }
        else
        {
            lock (_lock)
            {
                _script.LinesWhenStopped.ToList().ForEach(Print);
                End(_script.EndWhenStopped);
            }
        }

        await Completion.WaitAsync(cancellationToken);
    }

    public IReadOnlyList<KeyValuePair<string, double>> SampleUsage() => [];

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void After(TimeSpan delay, Action action)
    {
        if (delay == TimeSpan.Zero)
        {
            action();
        }
        else if (!Completion.IsCompleted)
        {
            lock (_lock)
            {
                _timers.Add(_time.CreateTimer(_ => action(), null, delay, Timeout.InfiniteTimeSpan));
            }
        }
    }

    private void Print(string line)
    {
        lock (_lock)
        {
            if (!Completion.IsCompleted)
            {
                File.AppendAllText(_logPath, line + "\n");
            }
        }
    }

    private void End(AttemptEnd end)
    {
        lock (_lock)
        {
            _timers.ForEach(timer => timer.Dispose());
            _timers.Clear();
            _completion.TrySetResult(end);
        }
    }
}
