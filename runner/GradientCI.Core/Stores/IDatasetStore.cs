using System.Collections.Immutable;

namespace GradientCI.Stores;

/// <summary>The data sets that whoever runs the service offers to manifests. One transaction per method, as in <see cref="IExperimentStore"/>.</summary>
public interface IDatasetStore
{
    /// <summary>Offers a data set, in place of one of the same name.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="by">Who registers it.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    Task PutDatasetAsync(Dataset dataset, Signature by, CancellationToken cancellationToken);

    /// <summary>All that are offered, by name.</summary>
    Task<ImmutableArray<Dataset>> ListDatasetsAsync(CancellationToken cancellationToken);

    /// <summary>Offers a data set no longer; its files stay.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="by">Who wants it so.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>Whether it was offered.</returns>
    Task<bool> RemoveDatasetAsync(string name, Signature by, CancellationToken cancellationToken);
}

/// <summary>A data set that is offered.</summary>
/// <param name="Name">By which manifests ask for it.</param>
/// <param name="Version">
/// What results depend on: <c>sha256:…</c> of the archive that it was unpacked from; <c>added-…</c>, the time at which it was
/// registered, for a folder, whose files are looked at by nobody.
/// </param>
/// <param name="Path">The folder, absolute.</param>
/// <param name="Source">What was registered: the folder itself, or the archive that it was unpacked from; absolute.</param>
/// <param name="AddedAt">When it was registered.</param>
public sealed record Dataset(string Name, string Version, string Path, string Source, DateTimeOffset AddedAt)
{
    /// <summary>The bytes of its files; null for a folder of somebody else's, which is not measured.</summary>
    public long? Bytes { get; init; }

    /// <summary>How many files it has, where they were counted.</summary>
    public long? Files { get; init; }
}
