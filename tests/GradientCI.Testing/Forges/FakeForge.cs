using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Webhook.Forges;

namespace GradientCI.Testing.Forges;

/// <summary>One call of a forge.</summary>
/// <param name="At">When it arrived.</param>
/// <param name="Repository">Which repository it was about.</param>
/// <param name="Text">What was asked: <c>status gradientci/digits Pending</c>.</param>
public sealed record ForgeCall(DateTimeOffset At, string Repository, string Text);

/// <summary>A comment of a pull request.</summary>
public sealed record ForgeComment(long Id, string Author, int PullRequest, string Body);

/// <summary>A forge in memory that keeps statuses, check runs and comments, and can hang, fail, refuse and limit.</summary>
public sealed class FakeForge(TimeProvider time) : IForge
{
    /// <summary>Who we are there.</summary>
    public const string Us = "gradientci[bot]";

    private readonly Lock _lock = new();
    private readonly List<ForgeCall> _calls = [];
    private readonly List<CommitStatus> _statuses = [];
    private readonly List<ForgeComment> _comments = [];
    private readonly Dictionary<long, CheckRun> _checks = [];
    private readonly List<(long Comment, Reaction Reaction)> _reactions = [];
    private readonly List<DateTimeOffset> _writes = [];
    private TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _limitedUntil;
    private long _nextId = 1_000;

    /// <inheritdoc/>
    public string Name { get; init; } = "github";

    /// <inheritdoc/>
    public bool HasCheckRuns { get; init; }

    /// <summary>What it throws instead of doing what it is asked, or null.</summary>
    public Func<ForgeCall, Exception?> Refuses { get; set; } = _ => null;

    /// <summary>What it throws after it did what it was asked, as if the answer was lost or we died; or null.</summary>
    public Func<ForgeCall, Exception?> FailsAfter { get; set; } = _ => null;

    /// <summary>Whether calls never come back.</summary>
    public bool Hangs { get; set; }

    /// <summary>The most writes in a minute, as GitHub's secondary limit.</summary>
    public int MostPerMinute { get; set; } = int.MaxValue;

    /// <summary>Calls that came although it had said when to come again.</summary>
    public int CallsInsideBlock { get; private set; }

    /// <summary>Ends when a call hangs.</summary>
    public Task Hanging => _hanging.Task;

    /// <summary>All calls, in order.</summary>
    public ImmutableArray<ForgeCall> Calls => Locked(() => _calls.ToImmutableArray());

    /// <summary>All statuses that were set, in order.</summary>
    public ImmutableArray<CommitStatus> Statuses => Locked(() => _statuses.ToImmutableArray());

    /// <summary>All comments, in order.</summary>
    public ImmutableArray<ForgeComment> Comments => Locked(() => _comments.ToImmutableArray());

    /// <summary>All reactions to comments, in order.</summary>
    public ImmutableArray<(long Comment, Reaction Reaction)> Reactions => Locked(() => _reactions.ToImmutableArray());

    /// <summary>All check runs by id.</summary>
    public ImmutableSortedDictionary<long, CheckRun> Checks => Locked(() => _checks.ToImmutableSortedDictionary());

    /// <summary>The status that counts of a context, or null.</summary>
    public CommitStatus? StatusOf(CommitSha sha, string context) => Statuses.LastOrDefault(status => status.Sha == sha && status.Context == context);

    /// <summary>Adds somebody's comment.</summary>
    public void AddComment(string author, int pullRequest, string body) => Locked(() =>
    {
        _comments.Add(new ForgeComment(_nextId++, author, pullRequest, body));
        return true;
    });

    /// <summary>Somebody deletes a comment.</summary>
    public void DeleteComment(long id) => Locked(() => _comments.RemoveAll(comment => comment.Id == id));

    /// <inheritdoc/>
    public Task<string?> GetCloneTokenAsync(ForgeRepository repository, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <inheritdoc/>
    public void RefuseCloneToken(ForgeRepository repository, string token)
    {
        // It gives none.
    }

    /// <inheritdoc/>
    public Task SetStatusAsync(ForgeRepository repository, CommitStatus status, CancellationToken cancellationToken) => WriteAsync(
        repository, $"status {status.Context} {status.State}",
        () =>
        {
            _statuses.Add(status);
            return 0L;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<long?> FindCheckRunAsync(ForgeRepository repository, CheckRun run, CancellationToken cancellationToken) => CallAsync(
        repository, $"find check {run.Name}",
        () => _checks.Where(known => known.Value.Sha == run.Sha && known.Value.Name == run.Name).Max(known => (long?)known.Key),
        cancellationToken);

    /// <inheritdoc/>
    public Task<long> PutCheckRunAsync(ForgeRepository repository, CheckRun run, long? id, CancellationToken cancellationToken) => WriteAsync(
        repository, $"check {run.Name} {run.State}",
        () =>
        {
            var key = id ?? _nextId++;
            if (id is not null && !_checks.ContainsKey(key))
            {
                throw new ForgeException(ForgeProblem.NotFound, "There is no such check run.");
            }

            _checks[key] = run;
            return key;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<long?> FindCommentAsync(ForgeRepository repository, int pullRequest, string marker, CancellationToken cancellationToken) => CallAsync(
        repository, $"find {pullRequest}",
        () => _comments.FirstOrDefault(comment => comment.PullRequest == pullRequest && comment.Author == Us && comment.Body.Contains(marker, StringComparison.Ordinal))?.Id,
        cancellationToken);

    /// <inheritdoc/>
    public Task<long> PutCommentAsync(ForgeRepository repository, int pullRequest, string body, long? id, CancellationToken cancellationToken) => WriteAsync(
        repository, $"comment {pullRequest} {(id is null ? "new" : "edit")}",
        () =>
        {
            if (id is null)
            {
                _comments.Add(new ForgeComment(_nextId, Us, pullRequest, body));
                return _nextId++;
            }

            var at = _comments.FindIndex(comment => comment.Id == id);
            if (at < 0)
            {
                throw new ForgeException(ForgeProblem.NotFound, "There is no such comment.");
            }

            _comments[at] = _comments[at] with { Body = body };
            return id.Value;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task ReactAsync(ForgeRepository repository, long comment, Reaction reaction, CancellationToken cancellationToken) => WriteAsync(
        repository, $"react {comment} {reaction}",
        () =>
        {
            if (!_comments.Exists(known => known.Id == comment))
            {
                throw new ForgeException(ForgeProblem.NotFound, "There is no such comment.");
            }

            _reactions.Add((comment, reaction));
            return comment;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> MayWriteAsync(ForgeRepository repository, string login, CancellationToken cancellationToken) =>
        CallAsync(repository, $"permission {login}", () => false, cancellationToken);

    /// <inheritdoc/>
    public Task<PullRequest?> FindPullRequestAsync(ForgeRepository repository, int number, CancellationToken cancellationToken) =>
        CallAsync<PullRequest?>(repository, $"pull {number}", () => null, cancellationToken);

    /// <inheritdoc/>
    public Task<string> CheckAsync(CancellationToken cancellationToken) => Task.FromResult("app gradientci");

    private Task<long> WriteAsync(ForgeRepository repository, string text, Func<long> act, CancellationToken cancellationToken) => CallAsync(
        repository, text,
        () =>
        {
            _writes.Add(time.GetUtcNow());
            return act();
        },
        cancellationToken);

    private async Task<T> CallAsync<T>(ForgeRepository repository, string text, Func<T> act, CancellationToken cancellationToken)
    {
        var call = new ForgeCall(time.GetUtcNow(), repository.FullName, text);
        Locked(() =>
        {
            _calls.Add(call);
            return Limit(call.At);
        });
        if (Hangs)
        {
            Interlocked.Exchange(ref _hanging, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }

        if (Refuses(call) is { } refusal)
        {
            throw refusal;
        }

        var result = Locked(act);
        return FailsAfter(call) is { } failure ? throw failure : result;
    }

    private bool Limit(DateTimeOffset now)
    {
        if (now < _limitedUntil)
        {
            CallsInsideBlock++;
        }
        else if (_writes.Count(write => now - write < TimeSpan.FromMinutes(1)) >= MostPerMinute)
        {
            _limitedUntil = now.AddMinutes(1);
        }

        return now >= _limitedUntil ? false : throw new ForgeException(ForgeProblem.Limited, "Too many requests.") { RetryAt = _limitedUntil };
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }
}
