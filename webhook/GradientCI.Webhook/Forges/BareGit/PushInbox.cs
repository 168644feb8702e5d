using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Linux;
using GradientCI.Stores;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Forges.BareGit;

/// <summary>The pushes that hooks left in the data folder, for a worker.</summary>
/// <remarks>
/// A file is removed when its runs are recorded and its hook is answered; dying before that costs nothing, as runs
/// know the push that they are from. One worker at a time reads, oldest first; the others find nothing to do.
/// A worker that leaves must look once more after it let go of <see cref="DataFolder.WorkersLock"/>: a hook that saw it
/// held starts no other.
/// </remarks>
public sealed class PushInbox(DataFolder data, IExperimentStore store, Provenance provenance, TimeProvider time)
{
    // The kernel tells of new files; this is for where it cannot, and for what was left the last time.
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan OldDraft = TimeSpan.FromHours(1);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    // What was left the last time, and when it is to be tried again.
    private volatile ImmutableDictionary<string, DateTimeOffset> _left = ImmutableDictionary.Create<string, DateTimeOffset>(StringComparer.Ordinal);
    private DateTimeOffset _unusableUntil;

    /// <summary>The executor of the runs.</summary>
    public string Executor { get; init; } = "process";

    /// <summary>Called when the runs of a push to a project are recorded.</summary>
    public Func<ProjectId, CancellationToken, Task> PushedAsync { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Whether no push waits.</summary>
    public bool IsEmpty => HookFiles.Waiting(data).Count == 0;

    /// <summary>Takes all pushes that wait, but for those that could not be recorded in the last 10 s.</summary>
    /// <returns>How many were taken or rejected.</returns>
    /// <exception cref="GradientException">
    /// The data folder or the store cannot be written; what could not be recorded stays for the next time.
    /// </exception>
    public async Task<int> TakeAsync(CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() < _unusableUntil)
        {
            return 0;
        }

        try
        {
            Directory.CreateDirectory(data.Inbox, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using var turn = FileLock.TryTake(Path.Combine(data.Inbox, ".lock"));
            if (turn is null)
            {
                _left = _left.Clear().AddRange(HookFiles.Waiting(data).Select(path => KeyValuePair.Create(path, time.GetUtcNow())));
                return 0;
            }

            RemoveOldDrafts();
            return await TakeAllAsync(cancellationToken);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _unusableUntil = time.GetUtcNow() + RetryAfter;
            throw new GradientException(
                FailureKind.Environment, $"The inbox {data.Inbox} could not be read or written: {problem.Message}", "Check its permissions and the disk's free space.", problem);
        }
    }

    /// <summary>Ends when there may be a push to take: at once when one waits that was not left the last time.</summary>
    public async Task ArrivedAsync(CancellationToken cancellationToken)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = Watch(arrived);
        if (HookFiles.Waiting(data).Any(path => !_left.ContainsKey(path)))
        {
            return;
        }

        do
        {
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(arrived.Task, Task.Delay(Poll, time, pause.Token));
            await pause.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
        while (!arrived.Task.IsCompleted && HookFiles.Waiting(data).Count == 0);
    }

    private async Task<int> TakeAllAsync(CancellationToken cancellationToken)
    {
        var taken = 0;
        var now = time.GetUtcNow();
        var left = _left.ToBuilder();
        left.Clear();
        GradientException? first = null;
        foreach (var path in HookFiles.Waiting(data))
        {
            if (_left.TryGetValue(path, out var notBefore) && now < notBefore)
            {
                left.Add(path, notBefore);
                continue;
            }

            try
            {
                await TakeAsync(path, cancellationToken);
                taken++;
            }
            catch (GradientException problem)
            {
                left.Add(path, now + RetryAfter);
                first ??= problem;
            }
        }

        _left = left.ToImmutable();
        return first is null ? taken : throw new GradientException(first.Kind, first.Message, first.Remedy, first);
    }

    private async Task TakeAsync(string path, CancellationToken cancellationToken)
    {
        var (bytes, refusal) = OwnFile.Read(path, SpooledPush.MaxBytes);
        if (bytes is null || SpooledPush.Parse(bytes) is not { } push)
        {
            HookFiles.Reject(data, path, bytes is null ? refusal : "It is not what the hook writes.");
            return;
        }

        try
        {
            HookFiles.Answer(path, await new PushIntake(store, provenance, Executor, time) { PushedAsync = PushedAsync }.TakeAsync(push, cancellationToken));
        }
        catch (GradientException problem)
        {
            var answer = new TriggerAnswer();
            answer.Say(problem);
            answer.Say("The push is kept, and its runs are recorded when that is mended.");
            HookFiles.Answer(path, answer);
            throw;
        }

        File.Delete(path);
    }

    // Left by hooks that were killed.
    private void RemoveOldDrafts()
    {
        foreach (var file in new DirectoryInfo(data.Inbox).EnumerateFiles())
        {
            if (file.Extension != HookFiles.PushFile && file.Name[0] != '.' && file.LastWriteTimeUtc < (time.GetUtcNow() - OldDraft).UtcDateTime)
            {
                file.Delete();
            }
        }
    }

    private FileSystemWatcher? Watch(TaskCompletionSource arrived)
    {
        try
        {
            Directory.CreateDirectory(data.Inbox, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var watcher = new FileSystemWatcher(data.Inbox, "*" + HookFiles.PushFile) { NotifyFilter = NotifyFilters.FileName };
            watcher.Created += (_, _) => arrived.TrySetResult();
            watcher.Renamed += (_, _) => arrived.TrySetResult();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The kernel has no more watches to give, or the folder is gone: then the poll finds what comes.
            return null;
        }
    }
}
