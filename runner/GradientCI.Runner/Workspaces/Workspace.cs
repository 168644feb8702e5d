using GradientCI.Experiments;

namespace GradientCI.Runner.Workspaces;

/// <summary>A writable folder with the files of one commit, for one attempt. Disposing gives it back to its pool.</summary>
/// <remarks>
/// What the attempt wrote is still there until the folder is handed out again or the pool is disposed; collect
/// artifacts before giving it back. No process of the attempt may live on by then.
/// </remarks>
public sealed class Workspace : IAsyncDisposable
{
    private readonly WorkspacePool _pool;
    private WorkspaceSlot? _slot;

    internal Workspace(WorkspacePool pool, WorkspaceSlot slot, CommitSha? commit, WorkspaceStatistics statistics)
    {
        _pool = pool;
        _slot = slot;
        Path = slot.FilesPath;
        Commit = commit;
        Statistics = statistics;
    }

    /// <summary>The folder, absolute.</summary>
    public string Path { get; }

    /// <summary>The commit whose files it was given, or null when it was adopted.</summary>
    public CommitSha? Commit { get; }

    /// <summary>What it took to make it fresh.</summary>
    public WorkspaceStatistics Statistics { get; }

    /// <summary>Lets go of it without giving it back: it stays the attempt's, and <see cref="WorkspacePool.TryAdopt"/> finds it.</summary>
    public void LetGo() => Interlocked.Exchange(ref _slot, null)?.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _slot, null) is { } slot)
        {
            _pool.Return(slot);
        }

        return ValueTask.CompletedTask;
    }
}
