using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Datasets;
using GradientCI.Stores;

namespace GradientCI.Runner.Retention;

/// <summary>Folders that belong to no run, and that nothing needs any more.</summary>
/// <param name="data">Where the files are.</param>
/// <param name="datasets">The data sets that are offered.</param>
/// <param name="projects">The projects that are known.</param>
public sealed class SharedFolders(DataFolder data, IDatasetStore datasets, IProjectStore projects)
{
    /// <summary>Unpacked data sets that are offered no longer, and that no run that has begun reads.</summary>
    internal async Task<ImmutableArray<string>> ListUnusedDatasetsAsync(IEnumerable<Run> runs, CancellationToken cancellationToken)
    {
        var offered = await datasets.ListDatasetsAsync(cancellationToken);
        var inUse = runs.Where(run => !run.HasEnded).SelectMany(run => run.Provenance.Datasets).Select(dataset => dataset.Path);
        return [.. DatasetRegistration.Leftovers(data, [.. offered.Select(dataset => dataset.Path), .. inUse])];
    }

    /// <summary>What trials of projects shared that are removed.</summary>
    internal async Task<ImmutableArray<string>> ListOrphanedStorageAsync(CancellationToken cancellationToken)
    {
        var folder = data.Kind("storage");
        if (!Directory.Exists(folder))
        {
            return [];
        }

        // The folders first: one that is made after this belongs to a project that is known by now.
        var there = Directory.GetDirectories(folder);
        var known = (await projects.ListProjectStandingsAsync(cancellationToken)).Select(standing => standing.Project.Id.Value).ToHashSet(StringComparer.Ordinal);
        return [.. there.Where(path => !known.Contains(Path.GetFileName(path)))];
    }
}
