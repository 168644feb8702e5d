using System.Collections.Immutable;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Workspaces;

namespace GradientCI.Runner.Orchestration;

/// <summary>What an attempt leaves: lets go of what nobody will read as soon as the attempt has ended, should the disk be full.</summary>
/// <remarks>
/// A trial that has filled the disk leaves no room for the record of its end, and what it left went only when that was written. Whoever
/// writes it may be waiting anywhere, in the store or for the log, so this goes on beside all of that.
/// </remarks>
internal sealed class AttemptRemains : IAsyncDisposable
{
    private readonly IRunningAttempt _running;
    private readonly string? _workspace;
    private readonly ImmutableArray<string> _read;
    private readonly ArtifactCollection _artifacts;
    private readonly Workbench _bench;
    private readonly PeriodicTimer _beat;
    private readonly Task _watching;
    private bool _isTold;

    /// <summary>Begins to watch.</summary>
    /// <param name="running">The attempt.</param>
    /// <param name="workspace">Its workspace, or null when it has none.</param>
    /// <param name="read">Globs of what will be read there.</param>
    /// <param name="artifacts">What is kept of it.</param>
    /// <param name="bench">Whose disk it is.</param>
    public AttemptRemains(IRunningAttempt running, string? workspace, ImmutableArray<string> read, ArtifactCollection artifacts, Workbench bench)
    {
        (_running, _workspace, _read, _artifacts, _bench) = (running, workspace, read, artifacts, bench);
        _beat = new PeriodicTimer(bench.Options.SpaceInterval, bench.Time);
        _watching = WatchAsync();
    }

    /// <summary>Ends the watch, of an attempt that has ended: bounds what is kept, and lets go of the rest if the disk is full. What comes then may need room.</summary>
    /// <exception cref="IOException">The file system says nothing about itself.</exception>
    public async Task EndAsync()
    {
        await DisposeAsync();
        _artifacts.Bound();
        Spare();
    }

    /// <summary>Ends the watch.</summary>
    public async ValueTask DisposeAsync()
    {
        _beat.Dispose();
        await _watching;
    }

    private async Task WatchAsync()
    {
        while (await _beat.WaitForNextTickAsync(CancellationToken.None))
        {
            if (_running.AwaitsRoom || _running.Completion.IsCompleted)
            {
                MakeRoom();
            }
        }
    }

    private void MakeRoom()
    {
        try
        {
            if (Spare() is { } shortage)
            {
                _artifacts.Bound();
                if (_running.AwaitsRoom && !_isTold)
                {
                    _bench.Observer.Waits($"{shortage}: what a trial printed last waits until there is room.");
                    _isTold = true;
                }
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The next look may have more luck.
        }
    }

    // What is short, or null.
    private string? Spare()
    {
        var shortage = new DiskReserve(_bench.Data.Root, _bench.Options).Shortage();
        if (shortage is not null && _workspace is not null)
        {
            SpareFiles.Remove(_workspace, _read);
        }

        return shortage;
    }
}
