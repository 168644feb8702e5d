using GradientCI.Runner.Linux;

namespace GradientCI.Webhook.Hosting;

/// <summary>Whether the data folder's disk has the reserve below which no trial starts.</summary>
/// <param name="folder">The data folder.</param>
/// <param name="reservedBytes">The reserve.</param>
/// <param name="reservedFiles">The reserve of inodes.</param>
public sealed class DiskReadiness(string folder, long reservedBytes, long reservedFiles) : IReadinessCheck
{
    /// <inheritdoc/>
    public string Name => "disk";

    /// <inheritdoc/>
    public Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        var free = FreeSpace.Read(folder);
        return Task.FromResult(
            free.Bytes < reservedBytes ? $"The data folder's disk has {free.Bytes >> 20} MiB left, and {reservedBytes >> 20} MiB are kept in reserve."
            : free.Files < reservedFiles ? $"The data folder's disk has room for {free.Files} more files, and {reservedFiles} are kept in reserve."
            : null);
    }
}
