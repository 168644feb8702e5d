using System.Globalization;
using GradientCI.Experiments;

namespace GradientCI.Runner.Retention;

/// <summary>A folder that a run left in the data folder.</summary>
/// <param name="Kind">Which kind: <c>logs</c>.</param>
/// <param name="Run">Whose.</param>
/// <param name="Path">The folder.</param>
internal sealed record RunFolder(string Kind, RunId Run, string Path)
{
    /// <summary>All folders of runs; names that are none are left alone.</summary>
    public static IEnumerable<RunFolder> Find(DataFolder data) =>
        from kind in DataFolder.RunKinds
        where Directory.Exists(data.Kind(kind))
        from project in Directory.EnumerateDirectories(data.Kind(kind))
        from folder in Directory.EnumerateDirectories(project)
        let run = Parse(new ProjectId(System.IO.Path.GetFileName(project)), System.IO.Path.GetFileName(folder))
        where run is not null
        select new RunFolder(kind, run.Value, folder);

    private static RunId? Parse(ProjectId project, string name) =>
        name.LastIndexOf('-') is > 0 and var dash
        && int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new RunId(project, name[..dash], number)
            : null;
}
