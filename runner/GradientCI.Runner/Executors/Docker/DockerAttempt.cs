using System.Net;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Executors.Docker.Client.Models;
using GradientCI.Runner.Executors.Processes;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>An attempt in a container that runs or has run.</summary>
/// <remarks>
/// The Engine keeps output and exit code for as long as we do not look. Once the log is whole the end is recorded, and only then
/// the container removed: a death in between costs nothing. Several processes may watch one container; all of them see the same.
/// </remarks>
internal sealed class DockerAttempt : IRunningAttempt
{
    private const int Unknown = 255;
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan InsistAgain = TimeSpan.FromSeconds(5);

    private readonly ContainerOperations _containers;
    private readonly LeftoverContainers _leftovers;
    private readonly string _stateDirectory;
    private readonly ContainerLog _log;
    private readonly ContainerUsage _usage;
    private readonly EngineMemory _memory;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly GracePeriod _grace;
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private Task? _stopping;
    private bool _engineWasAway;
    private volatile bool _awaitsRoom;

    public DockerAttempt(
        ContainerOperations containers, LeftoverContainers leftovers, string id, string stateDirectory, ContainerLog log, TimeSpan patience, TimeProvider time)
    {
        _containers = containers;
        _leftovers = leftovers;
        _stateDirectory = stateDirectory;
        _log = log;
        _memory = new EngineMemory(containers, time);
        _patience = patience;
        _time = time;
        _grace = new GracePeriod(time);
        _usage = new ContainerUsage(containers, id, time);
        Handle = id;
        Completion = CompleteAsync();
    }

    public string Handle { get; }

    public Task<AttemptEnd> Completion { get; }

    public bool AwaitsRoom => _awaitsRoom;

    /// <summary>Reads the use of the attempt's GPUs, or null when it has none.</summary>
    public Func<IReadOnlyList<KeyValuePair<string, double>>>? GpuUsage { get; init; }

    private bool WasStopped
    {
        get
        {
            lock (_lock)
            {
                return _stopping is not null;
            }
        }
    }

    public async Task StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        if (!Completion.IsCompleted)
        {
            _grace.Shorten(grace);
            lock (_lock)
            {
                _stopping ??= StopAsync();
            }
        }

        await Completion.WaitAsync(cancellationToken);
    }

    public IReadOnlyList<KeyValuePair<string, double>> SampleUsage() =>
        Completion.IsCompleted ? [] : [.. _usage.Sample(), .. GpuUsage?.Invoke() ?? []];

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<AttemptEnd> CompleteAsync()
    {
        using var grace = _grace;
        var end = await SeeThroughAsync();
        await RecordAsync(end);
        await RemoveAsync();
        _gone.SetResult();
        await (_stopping ?? Task.CompletedTask);
        return end;
    }

    private async Task<AttemptEnd> SeeThroughAsync()
    {
        long? awaySince = null;
        while (true)
        {
            try
            {
                if (await FollowAsync() is { } state)
                {
                    return await EndOfAsync(state);
                }

                awaySince = null;
            }
            catch (DockerApiException problem) when (problem.StatusCode == HttpStatusCode.NotFound)
            {
                return EndRecord.Read(_stateDirectory) ?? AttemptEnd.Lost;
            }
            catch (DockerApiException)
            {
                _engineWasAway = true;
                awaySince ??= _time.GetTimestamp();
                if (_time.GetElapsedTime(awaySince.Value) > _patience)
                {
                    // Should the Engine come back with the container, whoever starts the next one ends it, or who clears orphans away.
                    _leftovers.Abandon(Handle);
                    return AttemptEnd.Lost;
                }
            }
            catch (IOException)
            {
                // The disk is full. The Engine keeps what is missing until there is room.
                _awaitsRoom = await HasExitedAsync();
            }

            await Task.Delay(AskAgain, _time, CancellationToken.None);
        }
    }

    /// <returns>How the container ended; null when it runs on, and its output has to be followed again.</returns>
    private async Task<ContainerState?> FollowAsync()
    {
        var last = await CopyAsync(follow: true);

        // Output ends with the container, a moment before the Engine has noted that.
        using var late = new CancellationTokenSource(_log.IsFull ? Timeout.InfiniteTimeSpan : InsistAgain, _time);
        try
        {
            await _containers.WaitContainerAsync(Handle, late.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        if (await ReadExitAsync() is not { } state)
        {
            return null;
        }

        // Output that is followed can end before its end: with a burst just before the exit, or at an Engine that was restarted.
        if (!_log.IsFull && !await IsLastAsync(last))
        {
            await CopyAsync(follow: false);
        }

        return state;
    }

    // The Engine finds the end of what it keeps at once; to give out all of it again takes as long as it took to follow.
    private async Task<bool> IsLastAsync(string? stamp)
    {
        await using var end = await _containers.GetContainerLogsAsync(Handle, new ContainerLogsParameters(Follow: false, Tail: "2"), CancellationToken.None);
        while (await end.ReadOutputAsync(CancellationToken.None) is not null)
        {
            // Only when it was printed is of interest.
        }

        // Where a clock is so coarse that two pieces bear one time, it does not tell which of them we saw.
        var (before, last) = end.LastStamps;
        return last == stamp && (last is null || last != before);
    }

    private async Task<ContainerState?> ReadExitAsync() =>
        (await _containers.InspectContainerAsync(Handle, CancellationToken.None)).State is { Status: "exited" or "dead" } state ? state : null;

    private async Task<bool> HasExitedAsync()
    {
        try
        {
            return await ReadExitAsync() is not null;
        }
        catch (DockerApiException)
        {
            // The next look at its output says what that means.
            return false;
        }
    }

    /// <returns>The time of the last piece; null when there was none.</returns>
    private async Task<string?> CopyAsync(bool follow)
    {
        await using var output = await _containers.GetContainerLogsAsync(Handle, new ContainerLogsParameters(follow), CancellationToken.None);
        await _log.CopyAsync(output, CancellationToken.None);
        return output.LastStamps.Last;
    }

    private async Task<AttemptEnd> EndOfAsync(ContainerState state)
    {
        var end = ExitRecord.FromCode(state.ExitCode);
        if (WasStopped || state.OOMKilled)
        {
            return end with { IsOutOfMemory = !WasStopped && state.OOMKilled && end != new AttemptEnd(0) };
        }

        // An Engine that goes down ends what it runs, unless its settings say otherwise, and one that is started anew has lost
        // sight of how that ended.
        var mayBeTheirs = end.Signal is Libc.SigKill or Libc.SigTerm || (end.ExitCode == Unknown && _engineWasAway);
        return mayBeTheirs && (_engineWasAway || await _memory.WasEndedFromOutsideAsync(Handle, CancellationToken.None)) ? AttemptEnd.Lost : end;
    }

    private async Task RecordAsync(AttemptEnd end)
    {
        while (true)
        {
            try
            {
                EndRecord.Write(_stateDirectory, end);
                return;
            }
            catch (IOException)
            {
                await Task.Delay(AskAgain, _time, CancellationToken.None);
            }
        }
    }

    // One that is left over is an orphan, and cleared away as such.
    private async Task RemoveAsync()
    {
        try
        {
            await _containers.RemoveContainerAsync(Handle, force: true, CancellationToken.None);
        }
        catch (DockerApiException)
        {
            // Gone, being removed by somebody else, or the Engine is away.
            _leftovers.Abandon(Handle);
        }
    }

    private async Task StopAsync()
    {
        await SignalAsync("SIGTERM");
        await Task.WhenAny(_gone.Task, _grace.Over);
        while (!_gone.Task.IsCompleted)
        {
            await SignalAsync("SIGKILL");
            await WaitAsync(InsistAgain);
        }
    }

    private async Task SignalAsync(string signal)
    {
        try
        {
            await _containers.KillContainerAsync(Handle, signal, CancellationToken.None);
        }
        catch (DockerApiException)
        {
            // It has ended, or the Engine is away: then we insist once it is back.
        }
    }

    private async Task WaitAsync(TimeSpan limit)
    {
        using var enough = new CancellationTokenSource();
        await Task.WhenAny(_gone.Task, Task.Delay(limit, _time, enough.Token));
        await enough.CancelAsync();
    }
}
