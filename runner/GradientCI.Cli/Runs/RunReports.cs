using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Stores;

namespace GradientCI.Cli.Runs;

/// <summary>Reads what a report needs, makes it, and writes its files.</summary>
internal static class RunReports
{
    private const int CurvePoints = 300;
    private const int HistoryLength = 20;

    /// <summary>The report of a run as its record stands.</summary>
    /// <param name="store">The record.</param>
    /// <param name="id">The run.</param>
    /// <param name="baseline">A run to compare with instead of the run's own baseline, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GradientException">The run was pruned a moment ago.</exception>
    public static async Task<Report> MakeAsync(IExperimentStore store, RunId id, RunId? baseline, CancellationToken cancellationToken) =>
        await TryMakeAsync(store, id, baseline, cancellationToken)
        ?? throw new GradientException(FailureKind.Usage, $"{id} is gone: it was pruned.", "See what there is with: gradientci list");

    /// <summary>The same; null when the run was pruned a moment ago.</summary>
    public static async Task<Report?> TryMakeAsync(IExperimentStore store, RunId id, RunId? baseline, CancellationToken cancellationToken)
    {
        if (await store.ReadSnapshotAsync(id, CurvePoints, cancellationToken) is not { } snapshot)
        {
            return null;
        }

        if (baseline is not null)
        {
            snapshot = snapshot with { Run = snapshot.Run with { Baseline = baseline, BaselineNote = "", Changes = [] } };
        }

        var against = snapshot.Run.Baseline is { } other ? await store.ReadSnapshotAsync(other, CurvePoints, cancellationToken) : null;
        if (snapshot.Run.Baseline is { } gone && against is null)
        {
            snapshot = snapshot with { Run = snapshot.Run with { Baseline = null, BaselineNote = $"{gone} was the baseline, and has been deleted." } };
        }

        return Report.From(new ReportInput(snapshot, against, await HistoryAsync(store, snapshot.Run, cancellationToken)));
    }

    /// <summary>Where a run's report is written.</summary>
    public static string FolderOf(Run run, DataFolder data) => run.ReportFolder is { Length: > 0 } chosen ? chosen : data.Report(run.Id);

    /// <summary>Writes every format into the folder; each file appears whole or not at all.</summary>
    /// <returns>The folder's absolute path.</returns>
    public static async Task<string> WriteAsync(Report report, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        foreach (var format in ReportFormats.All)
        {
            var path = Path.Combine(folder, format.FileName);
            var draft = $"{path}.{Environment.ProcessId}.tmp";
            await File.WriteAllTextAsync(draft, format.Write(report), cancellationToken);
            File.Move(draft, path, overwrite: true);
        }

        return folder;
    }

    private static async Task<ImmutableArray<HistoryPoint>> HistoryAsync(IExperimentStore store, Run run, CancellationToken cancellationToken)
    {
        var earlier = await store.ListRunsAsync(
            new RunQuery
            {
                Project = run.Id.Project,
                Experiment = run.Id.Experiment,
                State = RunState.Finished,
                BeforeNumber = run.Id.Number,
                Limit = HistoryLength - 1,
            },
            cancellationToken);
        return [.. earlier
            .Reverse()
            .Append(run)
            .Select(other => new HistoryPoint(other.Id.ToString(), other.Commit.Sha.Short, other.Commit.Subject, other.Best, other.Id == run.Id))];
    }
}
