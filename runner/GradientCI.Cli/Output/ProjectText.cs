using System.Text.Json;
using System.Text.Json.Nodes;
using GradientCI.Cli.Projects;
using GradientCI.Stores;

namespace GradientCI.Cli.Output;

/// <summary>Projects, for people and for scripts.</summary>
internal static class ProjectText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Table(IReadOnlyCollection<ListedProject> projects, DateTimeOffset now)
    {
        if (projects.Count == 0)
        {
            return "No projects yet. One is made by gradientci run, by a push, or by: gradientci project add DIR\n";
        }

        var table = new TextTable("PROJECT", "ID", "KIND", "RUNS", "LAST RUN", "WHEN", "HOOK", "KEEP", "LOCATION");
        foreach (var (standing, kind, hook) in projects)
        {
            table.Add(
                Plain.Fit(standing.Project.Name, 40), standing.Project.Id.Value, kind, standing.OpenRuns > 0 ? $"{standing.Runs} ({standing.OpenRuns} open)" : $"{standing.Runs}",
                standing.LastRun?.ToString() ?? "", standing.LastRunAt is { } at ? RunWords.Ago(now - at) : "", hook,
                string.Join(", ", new[] { Keep(standing.Retention), OlderThan(standing.Retention) }.OfType<string>()), standing.Project.Location);
        }

        return table.ToString();
    }

    /// <summary><c>gradientci/projects/1</c>, documented in <c>docs/command-line.md</c>.</summary>
    public static string Json(IEnumerable<ListedProject> projects) => new JsonObject
    {
        ["schema"] = "gradientci/projects/1",
        ["projects"] = new JsonArray([.. projects.Select(each => new JsonObject
        {
            ["id"] = each.Standing.Project.Id.Value,
            ["name"] = each.Standing.Project.Name,
            ["kind"] = each.Kind,
            ["location"] = each.Standing.Project.Location,
            ["hook"] = each.Hook,
            ["runs"] = each.Standing.Runs,
            ["open_runs"] = each.Standing.OpenRuns,
            ["last_run"] = each.Standing.LastRun?.ToString(),
            ["keep"] = Keep(each.Standing.Retention),
            ["older_than"] = OlderThan(each.Standing.Retention),
            ["last_run_at"] = each.Standing.LastRunAt?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"),
        })]),
    }.ToJsonString(Indented) + "\n";

    // As they are typed.
    private static string? Keep(ProjectRetention retention) => retention.Runs is { } runs ? runs == ProjectRetention.All ? "all" : $"{runs}" : null;

    private static string? OlderThan(ProjectRetention retention) => retention.For is { } age ? Age.Text(age) : null;
}
