using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Stores;

/// <summary>Secrets, sealed: the store never sees a value, nor a key.</summary>
/// <remarks>One transaction per method, as in <see cref="IExperimentStore"/>.</remarks>
public interface ISecretStore
{
    /// <summary>Keeps a secret, in the place of one of the same name and project; who sets it is on the audit log.</summary>
    Task SetSecretAsync(SealedSecret secret, CancellationToken cancellationToken);

    /// <summary>All secrets: those of every project first, then by project; by name.</summary>
    Task<ImmutableArray<SealedSecret>> ListSecretsAsync(CancellationToken cancellationToken);

    /// <summary>Gives out what a run asks for, and puts on the audit log that it was read.</summary>
    /// <param name="run">The run.</param>
    /// <param name="names">The names; a secret of the run's project goes before one of every project.</param>
    /// <param name="by">Who reads.</param>
    /// <param name="cancellationToken">Gives up before anything is given out.</param>
    /// <returns>Those that there are; where one is missing nothing counts as read.</returns>
    Task<ImmutableArray<SealedSecret>> ReadSecretsAsync(RunId run, ImmutableArray<string> names, Signature by, CancellationToken cancellationToken);

    /// <summary>Forgets a secret.</summary>
    /// <param name="project">Whose it is, or null for that of every project.</param>
    /// <param name="name">Its name.</param>
    /// <param name="by">Who wants it so.</param>
    /// <param name="cancellationToken">Gives up before anything is forgotten.</param>
    /// <returns>Whether there was one.</returns>
    Task<bool> RemoveSecretAsync(ProjectId? project, string name, Signature by, CancellationToken cancellationToken);

    /// <summary>Takes what was sealed anew for the same values; one that was set or removed since it was read is left alone.</summary>
    /// <param name="resealed">Each as it is now, and as it is to be.</param>
    /// <param name="by">Who wants it so.</param>
    /// <param name="cancellationToken">Gives up before anything is changed.</param>
    /// <returns>How many were taken.</returns>
    Task<int> ResealSecretsAsync(IReadOnlyList<(SealedSecret From, SealedSecret To)> resealed, Signature by, CancellationToken cancellationToken);
}

/// <summary>A secret that only the holder of a key can read.</summary>
/// <param name="Project">The project that it is for, or null for every project.</param>
/// <param name="Name">The name by which manifests ask for it.</param>
/// <param name="KeyId">Which key opens it.</param>
/// <param name="Box">The sealed value.</param>
/// <param name="SetAt">When the value was set.</param>
/// <param name="SetBy">Who set it: <c>NAME@HOST</c>.</param>
public sealed record SealedSecret(ProjectId? Project, string Name, string KeyId, ImmutableArray<byte> Box, DateTimeOffset SetAt, string SetBy)
{
    /// <summary>Whose secret it is, in a word for people.</summary>
    /// <param name="project">The project, or null for every one.</param>
    public static string OwnerOf(ProjectId? project) => project?.Value ?? "every project";
}
