using System.Text;
using GradientCI.Runner.Retention;
using GradientCI.Stores;

namespace GradientCI.Cli.Output;

/// <summary>What would be deleted, and what was, as people read it.</summary>
internal static class PruneText
{
    private const int MostRuns = 20;
    private const int BytesPerPoint = 24;

    /// <summary>The runs that would go, and the bytes by kind; empty when there is nothing.</summary>
    public static async Task<string> OfAsync(PrunePlan plan, IExperimentStore store, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        if (plan.Strangers > 0)
        {
            text.AppendLine($"{Plain.Count(plan.Strangers, "folder")} of runs that this database has never known: left alone.");
        }

        if (!plan.Storage.IsEmpty)
        {
            text.AppendLine(
                $"What trials of removed projects shared stays, {ByteText.Of(plan.Storage.Sum(item => item.Bytes))} in {Plain.Count(plan.Storage.Length, "folder")}. It goes with: --storage");
        }

        if (plan.IsEmpty)
        {
            return text.ToString();
        }

        var names = string.Join(", ", plan.Runs.Take(MostRuns).Select(run => run.Id.ToString()));
        text.AppendLine(plan.Runs.IsEmpty ? "No run may go." : $"{Plain.Count(plan.Runs.Length, "run")} may go: {Plain.Line(names)}{(plan.Runs.Length > MostRuns ? ", …" : "")}");
        var table = new TextTable("KIND", "FOLDERS", "SIZE");
        foreach (var kind in plan.Items.GroupBy(item => item.Kind, StringComparer.Ordinal).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            table.Add(kind.Key, $"{kind.Count()}", ByteText.Of(kind.Sum(item => item.Bytes)));
        }

        var points = 0L;
        foreach (var run in plan.Runs)
        {
            points += (await store.ListSummariesAsync(run.Id, cancellationToken)).Sum(series => (long)series.Summary.Count);
        }

        table.Add("database", "", ByteText.Of(points * BytesPerPoint));
        table.Add("together", $"{plan.Items.Length}", ByteText.Of(plan.Items.Sum(item => item.Bytes) + (points * BytesPerPoint)));
        return text.Append(table).ToString();
    }

    /// <summary>What was deleted.</summary>
    public static string Of(PruneResult result, Reclaimed reclaimed)
    {
        var database = reclaimed.BytesAfter < reclaimed.BytesBefore
            ? $"The database had {ByteText.Of(reclaimed.BytesBefore)} and has {ByteText.Of(reclaimed.BytesAfter)}."
            : $"The database has {ByteText.Of(reclaimed.BytesAfter)}, of which {ByteText.Of(reclaimed.FreeBytes)} are free and will be used again.";
        return $"Deleted {Plain.Count(result.Runs, "run")}, and {ByteText.Of(result.Bytes)} of files. {database}\n";
    }
}
