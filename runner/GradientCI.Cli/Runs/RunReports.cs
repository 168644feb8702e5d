using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Stores;
using GradientCI.Webhook.Portal;

namespace GradientCI.Cli.Runs;

/// <summary>Makes reports and writes their files.</summary>
internal static class RunReports
{
    /// <summary>The report of a run as its record stands.</summary>
    /// <param name="store">The record.</param>
    /// <param name="id">The run.</param>
    /// <param name="baseline">A run to compare with instead of the run's own baseline, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GradientException">The run was pruned a moment ago.</exception>
    public static async Task<Report> MakeAsync(IExperimentStore store, RunId id, RunId? baseline, CancellationToken cancellationToken) =>
        await TryMakeAsync(store, id, baseline, cancellationToken) ?? throw Gone(id);

    /// <summary>The report of a run as its record stands, with the addresses of what its trials listen at.</summary>
    /// <exception cref="GradientException">The run was pruned a moment ago.</exception>
    public static async Task<Report> MakeLiveAsync(Session session, RunId id, CancellationToken cancellationToken) =>
        await StoredReports.MakeAsync(session.Store, new ReportQuery(id) { LiveLinks = run => OpenLinks.Of(run, session.Data) }, cancellationToken) ?? throw Gone(id);

    /// <summary>The same; null when the run was pruned a moment ago.</summary>
    public static Task<Report?> TryMakeAsync(IExperimentStore store, RunId id, RunId? baseline, CancellationToken cancellationToken) =>
        StoredReports.MakeAsync(store, new ReportQuery(id) { Baseline = baseline }, cancellationToken);

    private static GradientException Gone(RunId id) => new(FailureKind.Usage, $"{id} is gone: it was pruned.", "See what there is with: gradientci list");

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
}
