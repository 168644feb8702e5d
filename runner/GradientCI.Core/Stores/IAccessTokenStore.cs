using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Stores;

/// <summary>Who may use the API, by digests of their tokens: the tokens themselves are nowhere kept.</summary>
/// <remarks>One transaction per method, as in <see cref="IExperimentStore"/>.</remarks>
public interface IAccessTokenStore
{
    /// <summary>Records a token.</summary>
    /// <param name="token">Its name and what it may.</param>
    /// <param name="digest">SHA-256 of its text, lower-case hexadecimal.</param>
    /// <param name="by">Who makes it.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>False when there is one of that name or digest: nothing changed.</returns>
    Task<bool> AddTokenAsync(AccessToken token, string digest, Signature by, CancellationToken cancellationToken);

    /// <summary>The token with a digest, expired or not; or null.</summary>
    Task<AccessToken?> FindTokenAsync(string digest, CancellationToken cancellationToken);

    /// <summary>All tokens, by name.</summary>
    Task<ImmutableArray<AccessToken>> ListTokensAsync(CancellationToken cancellationToken);

    /// <summary>Forgets a token, which ends what it may.</summary>
    /// <returns>Whether there was one.</returns>
    Task<bool> RemoveTokenAsync(string name, Signature by, CancellationToken cancellationToken);

    /// <summary>Notes that a token was used, unless that was noted later already.</summary>
    /// <remarks>Never waits for a full disk: who calls with the token is to be answered.</remarks>
    Task RecordTokenUseAsync(string name, DateTimeOffset at, CancellationToken cancellationToken);
}

/// <summary>What somebody may ask of the API.</summary>
/// <param name="Name">For people: whose it is, or what for.</param>
/// <param name="Scope">What it may.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record AccessToken(string Name, AccessScope Scope, DateTimeOffset CreatedAt)
{
    /// <summary>The only project that is there for it, or null for all.</summary>
    public ProjectId? Project { get; init; }

    /// <summary>When it ends, or null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was used last, an hour more or less; null for never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}

/// <summary>How much a token may; each member may what those before it may.</summary>
public enum AccessScope
{
    /// <summary>Look.</summary>
    Read,

    /// <summary>Start, cancel, retry and approve.</summary>
    Run,

    /// <summary>Everything.</summary>
    Admin,
}
