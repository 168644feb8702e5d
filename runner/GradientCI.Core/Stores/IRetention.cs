using GradientCI.Experiments;

namespace GradientCI.Stores;

/// <summary>What is kept and what goes. One transaction per method but for <see cref="ReclaimAsync"/>.</summary>
public interface IRetention
{
    /// <summary>Keeps a run whatever <c>prune</c> is told, or no longer.</summary>
    /// <returns>Whether there is such a run.</returns>
    Task<bool> PinRunAsync(RunId run, bool isPinned, Signature by, CancellationToken cancellationToken);

    /// <summary>Deletes a run: nobody finds it any more. Its space is given back by <see cref="ReclaimAsync"/>.</summary>
    /// <param name="run">The run.</param>
    /// <param name="by">Who deletes it; null when that is the service, by a rule.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>
    /// False when it must stay, and nothing changed: it has not ended or not been announced, one of its trials has not,
    /// it is pinned, it is the newest of its experiment (numbers are never given twice) or the baseline of an unfinished run.
    /// </returns>
    Task<bool> DeleteRunAsync(RunId run, Signature? by, CancellationToken cancellationToken);

    /// <summary>
    /// Takes away what is left of deleted runs, also of those whose process died over it, in transactions small enough that
    /// nobody waits for them; then makes the store smaller where that pays and no worker lives.
    /// </summary>
    /// <param name="cancellationToken">Stops between two transactions; another call goes on.</param>
    Task<Reclaimed> ReclaimAsync(CancellationToken cancellationToken);
}

/// <summary>The size of a store before and after it was made smaller.</summary>
/// <param name="BytesBefore">Bytes on disk before.</param>
/// <param name="BytesAfter">Bytes on disk now.</param>
/// <param name="FreeBytes">How many of those hold nothing and will be used again.</param>
public sealed record Reclaimed(long BytesBefore, long BytesAfter, long FreeBytes);
