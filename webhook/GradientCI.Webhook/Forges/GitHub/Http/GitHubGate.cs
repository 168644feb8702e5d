using System.Collections.Immutable;

namespace GradientCI.Webhook.Forges.GitHub.Http;

/// <summary>GitHub's manners: one write at a time, pauses between, and silence while it asks for silence.</summary>
/// <remarks>
/// Whoever comes while nothing may be sent is told at once until when, instead of waiting for minutes. The hourly limit counts
/// for whom it was spent; the secondary ones, and our own count of the hour's writes, for everybody, because GitHub counts those by app and address.
/// </remarks>
internal sealed class GitHubGate(TimeProvider time) : IDisposable
{
    private const string Everybody = "";
    private static readonly TimeSpan BetweenWrites = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenNotices = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _lane = new(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _silentUntil = [];
    private readonly RateLimits _limits = new(time);
    private readonly WriteBudget _budget = new(time);
    private readonly Dictionary<string, long> _left = [];
    private DateTimeOffset _nextWrite;
    private DateTimeOffset _nextNotice;

    /// <summary>Lets a read pass.</summary>
    /// <exception cref="ForgeException">Nothing may be sent now.</exception>
    public void Pass(string who, string purpose) => Refuse(purpose, SilentUntil(who));

    /// <summary>Waits for the turn of a write, at most for those before it and a pause.</summary>
    /// <returns>The turn; to be given back when the write was answered.</returns>
    /// <exception cref="ForgeException">Nothing may be sent now.</exception>
    public async Task<IDisposable> TakeTurnAsync(string who, string purpose, WritePace pace, CancellationToken cancellationToken)
    {
        Pass(who, purpose);
        Refuse(purpose, SpentUntil(pace));
        await _lane.WaitAsync(cancellationToken);
        try
        {
            var pause = (pace == WritePace.Notify && _nextNotice > _nextWrite ? _nextNotice : _nextWrite) - time.GetUtcNow();
            if (pause > TimeSpan.Zero)
            {
                // No longer than a pause can be, however the clock was set meanwhile.
                await Task.Delay(pause < BetweenNotices ? pause : BetweenNotices, time, cancellationToken);
            }

            Pass(who, purpose);
            Refuse(purpose, SpentUntil(pace));
            Spend(pace);
            return new Turn(this, pace);
        }
        catch
        {
            _lane.Release();
            throw;
        }
    }

    /// <summary>Heeds what an answer says about limits.</summary>
    /// <returns>Until when nothing may be sent, or null when the answer is no refusal on account of limits.</returns>
    public DateTimeOffset? Heed(string who, GitHubAnswer answer)
    {
        lock (_lock)
        {
            _left[who] = answer.LimitRemaining ?? _left.GetValueOrDefault(who, -1);
            var (spentUntil, refusedUntil) = _limits.Judge(answer);
            Silence(who, spentUntil);
            Silence(Everybody, refusedUntil);
            return answer.Status is 403 or 429 ? Later(spentUntil, refusedUntil) : null;
        }
    }

    /// <summary>How many calls the last answers left, by whose limit it is; those who were told nothing are left out.</summary>
    public ImmutableArray<(string Who, long Count)> CallsLeft()
    {
        lock (_lock)
        {
            return [.. _left.Where(each => each.Value >= 0).Select(each => (each.Key, each.Value))];
        }
    }

    public void Dispose() => _lane.Dispose();

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;

    private static void Refuse(string purpose, DateTimeOffset? spentUntil)
    {
        if (spentUntil is { } until)
        {
            throw new ForgeException(ForgeProblem.Limited, $"GitHub's rate limit lets us {purpose} only after {until.UtcDateTime:HH:mm:ss} UTC.") { RetryAt = until };
        }
    }

    private void Silence(string who, DateTimeOffset? until)
    {
        if (until is { } moment && moment > _silentUntil.GetValueOrDefault(who))
        {
            _silentUntil[who] = moment;
        }
    }

    private DateTimeOffset? SilentUntil(string who)
    {
        lock (_lock)
        {
            var until = Later(_silentUntil.GetValueOrDefault(who), _silentUntil.GetValueOrDefault(Everybody));
            return until > time.GetUtcNow() ? until : null;
        }
    }

    private DateTimeOffset? SpentUntil(WritePace pace)
    {
        lock (_lock)
        {
            return pace == WritePace.Change ? null : _budget.SpentUntil();
        }
    }

    private void Spend(WritePace pace)
    {
        lock (_lock)
        {
            if (pace != WritePace.Change)
            {
                _budget.Spend();
            }
        }
    }

    private void EndTurn(WritePace pace)
    {
        var now = time.GetUtcNow();
        _nextWrite = now + BetweenWrites;
        _nextNotice = pace == WritePace.Notify ? now + BetweenNotices : _nextNotice;
        _lane.Release();
    }

    private sealed class Turn(GitHubGate gate, WritePace pace) : IDisposable
    {
        public void Dispose() => gate.EndTurn(pace);
    }
}
