using System.Globalization;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Workspaces;

/// <summary>Fresh writable workspaces at a commit, as many folders as trials run at once.</summary>
/// <remarks>
/// A folder that comes back is not deleted but restored when it is next handed out: what the commit lacks is removed,
/// and a file whose stamp (inode, size, times, mode, links) is not the one recorded when it was written is
/// written anew. Trials thus cost one look at every file instead of one copy, on any file system, without privileges; and
/// the next commit costs the files that differ. Files are the raw blobs with modes 644 and 755, links are links, and a
/// submodule is an empty folder. Several pools, in several processes, may share a root: each folder has one owner at a time, and
/// those of a dead process are taken over once nothing lives in them and no attempt has them. Safe to use from several threads.
/// </remarks>
/// <param name="root">Where the folders are; made when missing.</param>
/// <param name="repository">Where the files come from; it must outlive the pool.</param>
public sealed class WorkspacePool(string root, GitRepository repository) : IAsyncDisposable
{
    private const int MaxSlots = 10_000;
    private const int MaxTrees = 8;
    private const int MaxAttempts = 3;

    private readonly Lock _lock = new();
    private readonly List<WorkspaceSlot> _free = [];
    private readonly Dictionary<CommitSha, CommitTree> _trees = [];

    internal GitRepository Repository => repository;

    /// <summary>A clean, writable folder with the files of a commit.</summary>
    /// <param name="commit">Whose files.</param>
    /// <param name="tenancy">
    /// Absolute path of a file of the attempt's, which is written to say where the workspace is, and emptied when it is given
    /// back. While it says so only <see cref="TryAdopt"/> gets the folder, even when this process is dead.
    /// </param>
    /// <param name="cancellationToken">Gives up; the folder is completed by whoever gets it next.</param>
    /// <exception cref="GradientException">
    /// Usage: the commit's tree would reach outside the folder. Environment: the disk is full, or nothing can be written.
    /// </exception>
    public async Task<Workspace> AcquireAsync(CommitSha commit, string tenancy, CancellationToken cancellationToken)
    {
        var tree = await ReadTreeAsync(commit, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var slot = Claim(commit);
            try
            {
                return await Task.Run(() => RestoreAsync(slot, commit, tree, tenancy, cancellationToken), cancellationToken);
            }
            catch (Exception exception) when (IsBeyondRepair(exception) && attempt < MaxAttempts)
            {
                // Something in it cannot be removed, such as files of another user. An administrator may; a trial must not wait.
                slot.MarkBroken();
                slot.Dispose();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Return(slot);
                throw Translate(exception);
            }
            catch
            {
                Return(slot);
                throw;
            }
        }
    }

    /// <summary>Takes over the workspace of an attempt whose owner died, as it is.</summary>
    /// <param name="tenancy">The attempt's file, as it was given to <see cref="AcquireAsync"/>.</param>
    /// <returns>The workspace, or null when the attempt has none in this root, or another process owns it.</returns>
    public Workspace? TryAdopt(string tenancy)
    {
        var folder = Path.GetDirectoryName(Tenancies.Read(tenancy));
        return Path.GetDirectoryName(folder) == Path.GetFullPath(root)
            && int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && WorkspaceSlot.TryAdopt(root, number, tenancy) is { } slot
            ? new Workspace(this, slot, null, new WorkspaceStatistics())
            : null;
    }

    /// <summary>Deletes the folders that nobody uses, but for the first few.</summary>
    /// <param name="keep">How many stay for later.</param>
    /// <param name="cancellationToken">Stops between two folders.</param>
    /// <returns>How many were deleted.</returns>
    public Task<int> TrimAsync(int keep, CancellationToken cancellationToken) => Task.Run(() =>
    {
        lock (_lock)
        {
            _free.ForEach(slot => slot.Dispose());
            _free.Clear();
        }

        var deleted = 0;
        foreach (var number in IdleWorkspaces.Numbers(root).Skip(keep))
        {
            cancellationToken.ThrowIfCancellationRequested();
            deleted += WorkspaceSlot.TryDelete(root, number) ? 1 : 0;
        }

        return deleted;
    }, cancellationToken);

    /// <summary>Removes what trials left in the folders that were given back, and lets go of them.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var slot in _free)
        {
            using (slot)
            {
                try
                {
                    using var files = slot.OpenFiles();
                    await new WorkspaceRestore(repository, slot.Index).RunAsync(files, slot.Content?.Tree ?? new CommitTree(), CancellationToken.None);
                    slot.SaveIndex();
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or GradientException)
                {
                    // Whoever claims the folder next cleans it, or finds that it cannot be cleaned.
                }
            }
        }

        _free.Clear();
    }

    internal void Return(WorkspaceSlot slot)
    {
        slot.Free();
        lock (_lock)
        {
            _free.Add(slot);
        }
    }

    private async Task<Workspace> RestoreAsync(WorkspaceSlot slot, CommitSha commit, CommitTree tree, string tenancy, CancellationToken cancellationToken)
    {
        using var files = slot.OpenFiles();
        slot.Content = (commit, tree);
        var restore = new WorkspaceRestore(repository, slot.Index);
        var statistics = await restore.RunAsync(files, tree, cancellationToken);
        if (restore.HasChangedIndex)
        {
            slot.SaveIndex();
        }

        slot.Hold(tenancy);
        return new Workspace(this, slot, commit, statistics);
    }

    private WorkspaceSlot Claim(CommitSha commit)
    {
        lock (_lock)
        {
            if (_free.Count > 0)
            {
                var slot = _free.Find(slot => slot.Content?.Sha == commit) ?? _free[^1];
                _free.Remove(slot);
                return slot;
            }
        }

        try
        {
            Directory.CreateDirectory(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            for (var number = 1; number <= MaxSlots; number++)
            {
                if (WorkspaceSlot.TryClaim(root, number) is { } slot)
                {
                    return slot;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Translate(exception);
        }

        throw new GradientException(
            FailureKind.Environment, $"All {MaxSlots} workspaces in {root} are in use or past repair.", "Delete the folder when no trial runs.");
    }

    private async Task<CommitTree> ReadTreeAsync(CommitSha commit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_trees.TryGetValue(commit, out var known))
            {
                return known;
            }
        }

        var tree = CommitTree.Build(await repository.ListTreeAsync(commit, cancellationToken), commit.Short);
        lock (_lock)
        {
            if (_trees.Count == MaxTrees)
            {
                _trees.Clear();
            }

            _trees[commit] = tree;
        }

        return tree;
    }

    private static bool IsDiskFull(Exception exception) => exception.HResult is ErrorNumber.NoSpace or ErrorNumber.QuotaExceeded;

    private static bool IsBeyondRepair(Exception exception) => exception is UnauthorizedAccessException
        || (exception is IOException && exception.HResult is ErrorNumber.NotPermitted or ErrorNumber.AccessDenied or ErrorNumber.Busy);

    private GradientException Translate(Exception exception) => IsDiskFull(exception)
        ? new GradientException(
            FailureKind.Environment, $"The disk that holds {root} is full.", "Make room, then run the commit again; nothing else is lost.", exception)
        : new GradientException(
            FailureKind.Environment, $"A workspace in {root} could not be written: {exception.Message.TrimEnd('.')}.", "Check who owns the folder, and its disk.", exception);
}
