using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Datasets;
using GradientCI.Runner.Executors;

namespace GradientCI.Runner.Orchestration;

/// <summary>The data sets of a run, settled before its first trial is made: their versions are part of what a result depends on.</summary>
internal static class RunDatasets
{
    /// <summary>Whether there is nothing to do: the versions are known, or the run asks for none.</summary>
    public static bool IsSettled(Run run) => run.Spec.Datasets.IsEmpty || !run.Provenance.Datasets.IsEmpty;

    /// <summary>Looks up what is offered now.</summary>
    /// <param name="run">The run; it is open.</param>
    /// <param name="bench">What it is driven with.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The versions to record; empty when there is nothing to do: they are settled, or the run asks for none.</returns>
    /// <exception cref="GradientException">One is not offered, or its folder is gone.</exception>
    public static async Task<ImmutableArray<DatasetVersion>> SettleAsync(Run run, Workbench bench, CancellationToken cancellationToken) =>
        IsSettled(run) ? []
        : DatasetOffer.Resolve(run.Spec, bench.Datasets is { } store ? await store.ListDatasetsAsync(cancellationToken) : [], bench.Data);

    /// <summary>Makes the folder in which a trial finds them by name, on the host.</summary>
    /// <exception cref="GradientException">One was deleted since the run began.</exception>
    public static void Link(Run run, AttemptId attempt, DataFolder data)
    {
        var folder = data.DatasetLinks(attempt);
        Directory.CreateDirectory(folder);
        foreach (var dataset in run.Provenance.Datasets)
        {
            if (!Directory.Exists(dataset.Path))
            {
                throw new GradientException(
                    FailureKind.Environment, $"The data set {dataset.Name} of {run.Id} is gone from {dataset.Path}.", "Run the commit anew, which takes the data set as it is offered now.");
            }

            var link = Path.Combine(folder, dataset.Name);
            File.Delete(link);
            File.CreateSymbolicLink(link, dataset.Path);
        }
    }

    /// <summary>What a container gets of them: each at the manifest's path, and by its name in the folder of all.</summary>
    public static IEnumerable<AttemptMount> MountsOf(Run run, AttemptId attempt, DataFolder data) => run.Provenance.Datasets.IsEmpty
        ? [new AttemptMount(data.DatasetLinks(attempt), IsReadOnly: true)]
        : from dataset in run.Provenance.Datasets
          from place in (string[])[Path.Combine(data.DatasetLinks(attempt), dataset.Name), run.Spec.Datasets[dataset.Name]]
          select new AttemptMount(dataset.Path, IsReadOnly: true) { Target = place };
}
