using System.Globalization;

namespace GradientCI.Runner.Git;

/// <summary>Lets go of what no ref of a mirror leads to any more: heads of closed pull requests, what was pushed over.</summary>
/// <remarks>
/// Used by whoever has the turn to fetch, and before anything is fetched: what is asked for next and was let go of is then fetched
/// again. It reads and writes the whole mirror, so it is done once a week, and only where a second copy has room. A git older than
/// 2.37 cannot do it; then, and whenever it fails, everything stays.
/// </remarks>
internal sealed class MirrorPruning(string path, MirrorFolder folder, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromDays(7);

    // Whoever was told of a commit and has not kept it yet is done with it by then.
    private static readonly TimeSpan Grace = TimeSpan.FromDays(14);

    private string Marker => Path.Combine(path, "gradientci-pruned");

    /// <summary>Prunes when a week has passed since the last time, or since the mirror was made.</summary>
    public async Task PruneAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var last = ReadMarker();
        if (last is not null && now - last < Every && last <= now)
        {
            return;
        }

        // First: what cannot be done is not tried again at the next fetch.
        await File.WriteAllTextAsync(Marker, now.ToString("O", CultureInfo.InvariantCulture), cancellationToken);
        if (last is null || new DriveInfo(path).AvailableFreeSpace < MirrorSize.Of(path))
        {
            return;
        }

        var before = (now - Grace).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        await folder.TryAsync(["repack", "--quiet", "--cruft", $"--cruft-expiration={before}", "-d"], cancellationToken);
        new ForkShares(path).Forget(await folder.ListRefsAsync(cancellationToken));
    }

    private DateTimeOffset? ReadMarker() =>
        File.Exists(Marker) && DateTimeOffset.TryParse(File.ReadAllText(Marker), CultureInfo.InvariantCulture, DateTimeStyles.None, out var last) ? last : null;
}
