using System.Globalization;
using GradientCI.Runner.Git;
using GradientCI.Stores;

namespace GradientCI.Cli.Projects;

/// <summary>Reads what is typed after <c>project set</c>.</summary>
internal static class ProjectChanges
{
    private const int LongestTitle = 100;
    private const int MostRuns = 100_000;

    /// <summary>Reads <c>name=…</c>, <c>location=…</c>, <c>keep=…</c> and <c>older-than=…</c>.</summary>
    /// <exception cref="GradientException">A key or a value makes no sense.</exception>
    public static async Task<ProjectChange> ReadAsync(ProjectStanding standing, IEnumerable<string> values, Terminal terminal, CancellationToken cancellationToken)
    {
        var change = new ProjectChange();
        foreach (var each in values)
        {
            var (key, value) = each.IndexOf('=') is >= 0 and var at ? (each[..at], each[(at + 1)..]) : (each, null);
            var retention = change.Retention ?? standing.Retention;
            change = key switch
            {
                "name" when value is { Length: <= LongestTitle } && !value.Any(char.IsControl) => change with { Title = value.Trim() },
                "location" when !string.IsNullOrEmpty(value) => change with { Location = await LocateAsync(standing, Path.GetFullPath(value, terminal.Directory), cancellationToken) },
                "keep" when value is not null => change with { Retention = retention with { Runs = ReadKeep(each, value) } },
                "older-than" when value is not null => change with { Retention = retention with { For = value.Length == 0 ? null : Age.Parse(value, "older-than=") } },
                "name" or "location" or "keep" or "older-than" => throw new GradientException(
                    FailureKind.Usage, $"'{each}' sets nothing.", $"Write name=TEXT with at most {LongestTitle} characters, location=DIR, keep=N, or older-than=AGE."),
                _ => throw new GradientException(FailureKind.Usage, $"There is no '{key}' to set.", "Settable are: name, location, keep, older-than."),
            };
        }

        return change;
    }

    private static int? ReadKeep(string typed, string value) => value switch
    {
        "" => null,
        "all" => ProjectRetention.All,
        _ when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= MostRuns => number,
        _ => throw new GradientException(FailureKind.Usage, $"'{typed}' is no number of runs.", $"Write keep=N with N from 1 to {MostRuns}, keep=all, or keep= for as many as in other projects."),
    };

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
