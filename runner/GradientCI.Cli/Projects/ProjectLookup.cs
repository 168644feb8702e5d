using GradientCI.Stores;

namespace GradientCI.Cli.Projects;

/// <summary>Finds a project as people name it.</summary>
internal static class ProjectLookup
{
    /// <summary>By its id, its name, or the folder it is in.</summary>
    /// <exception cref="GradientException">There is none, or there are several.</exception>
    public static async Task<ProjectStanding> FindAsync(Session session, string text, CancellationToken cancellationToken)
    {
        var all = await session.Store.ListProjectStandingsAsync(cancellationToken);
        var folder = text.Length == 0 ? "" : Path.GetFullPath(text, session.Terminal.Directory);
        var found = all.Where(each => each.Project.Id.Value == text).ToList() is { Count: > 0 } byId ? byId
            : all.Where(each => string.Equals(each.Project.Name, text, StringComparison.OrdinalIgnoreCase) || each.Project.Location == folder).ToList();
        return found switch
        {
            [var one] => one,
            [] => throw new GradientException(FailureKind.Usage, $"There is no project '{text}'.", "See which there are with: gradientci project list"),
            _ => throw new GradientException(
                FailureKind.Usage, $"'{text}' is the name of {found.Count} projects.", $"Say the id of one: {string.Join(", ", found.Select(each => each.Project.Id))}"),
        };
    }
}
