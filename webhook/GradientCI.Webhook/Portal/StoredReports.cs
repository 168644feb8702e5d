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

    /// <summary>Whether the run belongs to a pull request, if the record does not say so itself: some checks are made only then.</summary>
    public bool IsPullRequest { get; init; }

    /// <summary>Where what the run's trials listen at can be reached, as whoever reads the report is to refer to it.</summary>
    public Func<RunSnapshot, ImmutableArray<LiveLink>> LiveLinks { get; init; } = _ => [];
}

/// <summary>Reports as the record stands.</summary>
public static class StoredReports
{
    private const int CurvePoints = 300;
    private const int HistoryLength = 20;

    /// <summary>Makes the report of a run of a forge's repository, or of another: null when the run is gone.</summary>
    /// <param name="store">The runs.</param>
    /// <param name="repositories">Knows which commits belong to pull requests.</param>
    /// <param name="run">The run.</param>
    /// <param name="baseline">A run to compare with instead of the run's own baseline, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<Report?> MakeAsync(IExperimentStore store, IForgeStore repositories, Run run, RunId? baseline, CancellationToken cancellationToken) =>
        MakeAsync(store, repositories, run, new ReportQuery(run.Id) { Baseline = baseline }, cancellationToken);

    /// <summary>Makes a report of a run of a forge's repository, or of another, which may be told there to be a pull request's: null when the run is gone.</summary>
    internal static async Task<Report?> MakeAsync(IExperimentStore store, IForgeStore repositories, Run run, ReportQuery query, CancellationToken cancellationToken)
    {
        var pulls = await repositories.ListPullRequestsAsync(run.Id.Project, run.Commit.Sha, cancellationToken);
        return await MakeAsync(store, query with { IsPullRequest = pulls.Any(pull => pull.Head == run.Commit.Sha) }, cancellationToken);
    }

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
            IsPullRequest = query.IsPullRequest || snapshot.IsPullRequest,
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
