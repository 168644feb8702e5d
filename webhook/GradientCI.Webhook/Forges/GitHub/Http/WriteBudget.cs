namespace GradientCI.Webhook.Forges.GitHub.Http;

/// <summary>Counts what is written: GitHub takes 500 such calls in an hour from one app or person, and does not say how many are left.</summary>
/// <remarks>
/// Its other number, 80 in a minute, is kept by the second between two writes. A service that starts anew counts anew; should GitHub
/// find that it is too much then, it says so, and is heeded.
/// </remarks>
internal sealed class WriteBudget(TimeProvider time)
{
    private const int Most = 500;
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    // By the clock that nobody sets.
    private readonly Queue<long> _writes = [];

    /// <summary>Notes a write.</summary>
    public void Spend() => _writes.Enqueue(time.GetTimestamp());

    /// <summary>When something may be written again; null when it may now.</summary>
    public DateTimeOffset? SpentUntil()
    {
        while (_writes.TryPeek(out var oldest) && time.GetElapsedTime(oldest) >= Window)
        {
            _writes.Dequeue();
        }

        return _writes.Count < Most ? null : time.GetUtcNow() + Window - time.GetElapsedTime(_writes.Peek());
    }
}
