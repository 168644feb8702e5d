using GradientCI.Experiments;

namespace GradientCI.Stores;

/// <summary>Runs by the keys under which callers asked for them, so that a request whose answer was lost can be sent again.</summary>
/// <remarks>One transaction per method, as in <see cref="IExperimentStore"/>. A key is forgotten when its run is deleted.</remarks>
public interface IRequestKeyStore
{
    /// <summary>The run that was recorded under a key of the same caller, whatever the request was; null when there is none, or it has expired.</summary>
    Task<KeyedRun?> FindKeyedRunAsync(RequestKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Records a run as <see cref="IExperimentStore.CreateRunAsync"/> does, under a key; when there is one under it, that one is
    /// returned and nothing is recorded. Keys that have expired are forgotten.
    /// </summary>
    /// <param name="run">The run; the number of its id is ignored.</param>
    /// <param name="by">Who starts it.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    Task<KeyedRun> CreateRunAsync(Run run, Signature by, RequestKey key, CancellationToken cancellationToken);
}

/// <summary>What a caller calls a request for a run.</summary>
/// <param name="Caller">The name of the caller's token: keys of two callers have nothing to do with each other.</param>
/// <param name="Text">The key.</param>
/// <param name="Digest">Of what is asked for: two requests with the same digest are the same.</param>
/// <param name="At">When it is asked.</param>
public sealed record RequestKey(string Caller, string Text, string Digest, DateTimeOffset At)
{
    /// <summary>How long a key is known after its run was recorded.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);
}

/// <summary>A run, and the request that it was recorded for.</summary>
/// <param name="Run">The run as it is now.</param>
/// <param name="Digest">Of what was asked for then.</param>
/// <param name="IsNew">Whether it is this request that recorded it.</param>
public sealed record KeyedRun(Run Run, string Digest, bool IsNew);
