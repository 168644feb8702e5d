using System.Globalization;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Cli.Export;

/// <summary>Every point of every series of a trial as CSV: <c>chart,x,y,time</c>.</summary>
internal static class SeriesTable
{
    /// <summary>Writes the table, one series after the other, so that only one is in memory.</summary>
    public static async Task WriteAsync(TrialId trial, ISeriesStore store, Stream target, CancellationToken cancellationToken)
    {
        await using var text = new StreamWriter(target, leaveOpen: true) { NewLine = "\n" };
        await text.WriteLineAsync("chart,x,y,time");
        foreach (var (metric, _) in await store.ListSummariesAsync(trial, cancellationToken))
        {
            var chart = $"\"{metric.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            foreach (var point in await store.ReadPointsAsync(trial, metric, cancellationToken))
            {
                text.Write(string.Create(
                    CultureInfo.InvariantCulture, $"{chart},{point.X:R},{point.Y:R},{point.Time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fff}Z\n"));
            }
        }
    }
}
