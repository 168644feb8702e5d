using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Reports.Analysis;
using GradientCI.Reports.Charts;
using GradientCI.Reports.Formats;
using GradientCI.Reports.Formats.Html;
using GradientCI.Stores;

namespace GradientCI.Webhook.Portal;

/// <summary>The texts that the portal serves, from the record as it is now.</summary>
/// <param name="store">The runs.</param>
/// <param name="key">Signs the links of the list.</param>
public sealed class RunPages(IExperimentStore store, PortalKey key)
{
    private const int Newest = 100;

    /// <summary>Where what a run's trials listen at can be reached, as its page refers to it.</summary>
    public Func<RunSnapshot, ImmutableArray<LiveLink>> LiveLinks { get; init; } = _ => [];

    internal PortalKey Key => key;

    /// <summary>The list of the newest runs.</summary>
    public async Task<string> ListAsync(CancellationToken cancellationToken)
    {
        var runs = await store.ListRunsAsync(new RunQuery { Limit = Newest }, cancellationToken);

        var names = (await store.ListProjectsAsync(cancellationToken)).ToDictionary(project => project.Id, project => project.Name);

        // Relative, because a proxy may serve us below a path of its own.
        return RunList.Write(
        [
            .. runs.Select(run => (run, $".{PortalLinks.PathOf(run.Id)}?sig={key.Sign(PortalLinks.PathOf(run.Id))}", names.GetValueOrDefault(run.Id.Project, run.Id.Project.Value))),
        ]);
    }

    /// <summary>The report of a run as a page, or null when there is no such run.</summary>
    public async Task<string?> ReportAsync(RunId run, CancellationToken cancellationToken) =>
        await MakeAsync(run, cancellationToken) is { } report ? ReportFormats.Html.Write(report) : null;

    /// <summary>A chart of a run as SVG, or null when there is no such chart.</summary>
    public async Task<string?> ChartAsync(RunId run, string name, CancellationToken cancellationToken) =>
        await MakeAsync(run, cancellationToken) is { } report ? ReportCharts.Of(report).FirstOrDefault(chart => chart.Name == name)?.Svg : null;

    private Task<Report?> MakeAsync(RunId run, CancellationToken cancellationToken) =>
        StoredReports.MakeAsync(store, new ReportQuery(run) { LiveLinks = LiveLinks }, cancellationToken);
}
