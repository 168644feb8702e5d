using GradientCI.Runner.Git;
using GradientCI.Stores;

namespace GradientCI.Cli.Projects;

/// <summary>What is to be set for a project; null stays as it is.</summary>
internal sealed record ProjectChange(string? Title, string? Location)
{
    private const int LongestTitle = 100;

    /// <summary>Reads <c>name=…</c> and <c>location=…</c>.</summary>
    /// <exception cref="GradientException">A key or a value makes no sense.</exception>
    public static async Task<ProjectChange> ReadAsync(ProjectStanding standing, IEnumerable<string> values, Terminal terminal, CancellationToken cancellationToken)
    {
        var change = new ProjectChange(null, null);
        foreach (var each in values)
        {
            var (key, value) = each.IndexOf('=') is >= 0 and var at ? (each[..at], each[(at + 1)..]) : (each, null);
            change = key switch
            {
                "name" when value is { Length: <= LongestTitle } && !value.Any(char.IsControl) => change with { Title = value.Trim() },
                "location" when !string.IsNullOrEmpty(value) => change with { Location = await LocateAsync(standing, Path.GetFullPath(value, terminal.Directory), cancellationToken) },
                "name" or "location" => throw new GradientException(FailureKind.Usage, $"'{each}' sets nothing.", $"Write name=TEXT with at most {LongestTitle} characters, or location=DIR."),
                _ => throw new GradientException(FailureKind.Usage, $"There is no '{key}' to set.", "Settable are: name, location."),
            };
        }

        return change;
    }

    private static async Task<string> LocateAsync(ProjectStanding standing, string folder, CancellationToken cancellationToken)
    {
        if (standing.Forge is { } forge)
        {
            throw new GradientException(FailureKind.Usage, $"{standing.Project.Name} comes from {forge}, and its copy here is ours to place.", "Leave its location alone.");
        }

        await using var open = await GitRepository.OpenAsync(folder, cancellationToken);
        return open.Location;
    }
}
