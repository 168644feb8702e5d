using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Reports.Analysis;
using GradientCI.Stores;

namespace GradientCI.Webhook.Portal;

/// <summary>Which report is asked for.</summary>
/// <param name="Run">The run.</param>
public sealed record ReportQuery(RunId Run)
{
    /// <summary>A run to compare with instead of the run's own baseline, or null.</summary>
    public RunId? Baseline { get; init; }

    /// <summary>Where what the run's trials listen at can be reached, as whoever reads the report is to refer to it.</summary>
    public Func<RunSnapshot, ImmutableArray<LiveLink>> LiveLinks { get; init; } = _ => [];
}

/// <summary>Reports as the record stands.</summary>
public static class StoredReports
{
    private const int CurvePoints = 300;
    private const int HistoryLength = 20;

    /// <summary>Reads what a report needs and makes it; null when there is no such run.</summary>
    public static async Task<Report?> MakeAsync(IExperimentStore store, ReportQuery query, CancellationToken cancellationToken)
    {
        if (await store.ReadSnapshotAsync(query.Run, CurvePoints, cancellationToken) is not { } snapshot)
        {
            return null;
        }

        if (query.Baseline is { } chosen)
        {
            snapshot = snapshot with { Run = snapshot.Run with { Baseline = chosen, BaselineNote = "", Changes = [] } };
        }

        var against = snapshot.Run.Baseline is { } other ? await store.ReadSnapshotAsync(other, CurvePoints, cancellationToken) : null;
        if (snapshot.Run.Baseline is { } gone && against is null)
        {
            snapshot = snapshot with { Run = snapshot.Run with { Baseline = null, BaselineNote = $"{gone} was the baseline, and has been deleted." } };
        }

        var history = await HistoryAsync(store, snapshot.Run, cancellationToken);
        var projects = await store.ListProjectsAsync(cancellationToken);
        return Report.From(new ReportInput(snapshot, against, history)
        {
            LiveLinks = query.LiveLinks(snapshot),
            ProjectName = projects.FirstOrDefault(project => project.Id == query.Run.Project)?.Name,
        });
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
