using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using GradientCI.Runner.Linux;
using GradientCI.Runner.Manifests;
using GradientCI.Runner.Manifests.Shapes;
using GradientCI.Runner.Workspaces;
using GradientCI.Stores;

namespace GradientCI.Runner.Datasets;

/// <summary>Makes a folder or an archive a data set that manifests may ask for.</summary>
/// <param name="data">Where archives are unpacked.</param>
/// <param name="store">The record.</param>
/// <param name="time">The clock.</param>
public sealed class DatasetRegistration(DataFolder data, IDatasetStore store, TimeProvider time)
{
    private const int DigestInName = 16;
    private const string DraftStart = ".unpacking-";

    /// <summary>Registers it. An archive is unpacked first, once: the folder appears whole, and before the record names it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="path">A folder, or an archive; absolute.</param>
    /// <param name="replace">Whether one of the same name gives way; runs that have begun go on with it.</param>
    /// <param name="bounds">How much an archive may unpack to.</param>
    /// <param name="by">Who registers it.</param>
    /// <param name="cancellationToken">Gives up; nothing is registered then.</param>
    /// <exception cref="GradientException">The name or the path cannot be taken, or the archive is refused.</exception>
    public async Task<Dataset> AddAsync(string name, string path, bool replace, UnpackBounds bounds, Signature by, CancellationToken cancellationToken)
    {
        if (!Names.Dataset.Pattern.IsMatch(name))
        {
            throw new GradientException(FailureKind.Usage, $"That is no name for a data set: {Excerpt.Of(name)}.", $"Write {Names.Dataset.Rule}.");
        }

        Directory.CreateDirectory(data.Datasets);
        using var turn = FileLock.TryTake(data.DatasetsLock) ?? throw new GradientException(
            FailureKind.Environment, "Another data set is being added at this moment.", "Try again when that is done.");
        if (!replace && (await store.ListDatasetsAsync(cancellationToken)).Any(known => known.Name == name))
        {
            throw new GradientException(FailureKind.Usage, $"There is a data set {name} already.", "Put another in its place with --replace.");
        }

        try
        {
            var dataset = Directory.Exists(path) ? OfFolder(name, path) : await OfArchiveAsync(name, path, bounds, cancellationToken);
            await store.PutDatasetAsync(dataset, by, cancellationToken);
            return dataset;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new GradientException(
                FailureKind.Environment, $"{path} cannot be made a data set: {problem.Message.TrimEnd('.')}.", "Check that it is there, that it may be read, and that the disk has room.", problem);
        }
    }

    /// <summary>What unpacking left and no data set has: copies that were replaced or removed, and drafts of a death.</summary>
    /// <param name="data">Where archives are unpacked.</param>
    /// <param name="kept">Paths that are in use.</param>
    /// <returns>Folders; none while a data set is being added.</returns>
    internal static IEnumerable<string> Leftovers(DataFolder data, IReadOnlyCollection<string> kept)
    {
        if (!Directory.Exists(data.Datasets) || FileLock.IsTaken(data.DatasetsLock) == true)
        {
            return [];
        }

        return Directory.GetDirectories(data.Datasets).Where(folder => IsOurs(Path.GetFileName(folder)) && !kept.Contains(folder, StringComparer.Ordinal));
    }

    private static bool IsOurs(string name) => name.StartsWith(DraftStart, StringComparison.Ordinal)
        || (name.LastIndexOf('@') is > 0 and var at && name.Length - at - 1 == DigestInName && name.Skip(at + 1).All(char.IsAsciiHexDigitLower));

    private Dataset OfFolder(string name, string path)
    {
        var folder = RealPath(path);
        var (root, ours) = (RealPath(data.Root), RealPath(data.Datasets));
        if (folder == "/" || IsWithin(root, folder) || (IsWithin(folder, root) && (folder == ours || !IsWithin(folder, ours))))
        {
            throw new GradientException(
                FailureKind.Usage, $"{folder} holds what trials must not see.", "Give a folder with data alone, outside of the data folder.");
        }

        return new Dataset(name, $"added-{time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture)}", folder, folder, time.GetUtcNow());
    }

    private async Task<Dataset> OfArchiveAsync(string name, string path, UnpackBounds bounds, CancellationToken cancellationToken)
    {
        var format = ArchiveFormats.Of(path);
        await using var archive = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(archive, cancellationToken));
        archive.Position = 0;
        var folder = Path.Combine(data.Datasets, $"{name}@{digest[..DigestInName]}");
        var (bytes, files) = await UnpackAsync(archive, format, folder, bounds, cancellationToken);
        return new Dataset(name, $"sha256:{digest}", folder, archive.Name, time.GetUtcNow()) { Bytes = bytes, Files = files };
    }

    private async Task<(long Bytes, long Files)> UnpackAsync(
        FileStream archive, ArchiveFormat format, string folder, UnpackBounds bounds, CancellationToken cancellationToken)
    {
        var draft = $"{DraftStart}{Guid.NewGuid():N}";
        using var parent = FileCalls.OpenFolder(data.Datasets);
        FileCalls.MakeFolder(parent, draft);
        try
        {
            using var target = new UnpackTarget(Path.Combine(data.Datasets, draft), bounds);
            await Task.Run(() => Unpacking.Unpack(archive, format, target, cancellationToken), cancellationToken);
            if (Directory.Exists(folder))
            {
                // The very same archive was unpacked before, and runs may be reading that.
                FolderRemoval.Remove(parent, draft);
            }
            else
            {
                FileCalls.Move(parent, draft, parent, Path.GetFileName(folder));
            }

            return (target.Bytes, target.Files);
        }
        catch
        {
            FolderRemoval.Remove(parent, draft);
            throw;
        }
    }

    private static bool IsWithin(string path, string folder) => path == folder || path.StartsWith(folder.TrimEnd('/') + '/', StringComparison.Ordinal);

    // A link that is turned elsewhere later must not turn what results were made from.
    private static string RealPath(string path)
    {
        using var folder = FileCalls.OpenFolder(path);
        return File.ResolveLinkTarget($"/proc/self/fd/{folder.DangerousGetHandle()}", returnFinalTarget: false)?.FullName ?? path;
    }
}
