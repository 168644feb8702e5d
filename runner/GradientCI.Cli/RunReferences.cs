using System.Globalization;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Cli;

/// <summary>What a person typed to name a run, and the trial if they named one.</summary>
/// <param name="Run">The run.</param>
/// <param name="Trial">The trial's number, or null.</param>
internal sealed record RunReference(Run Run, int? Trial);

/// <summary>Finds runs by what people type: <c>digits#12</c>, <c>digits#12.3</c>, a sha prefix, a name, <c>latest</c>.</summary>
internal static class RunReferences
{
    /// <summary>Finds the run; one of the current project is preferred.</summary>
    /// <exception cref="GradientException">There is none, or there are several in other projects.</exception>
    public static async Task<RunReference> FindAsync(IExperimentStore store, string text, ProjectId? current, CancellationToken cancellationToken)
    {
        var (name, number, trial) = Split(text);
        var query = new RunQuery { Limit = 1_000 };
        query = number is not null ? query with { Experiment = name }
            : text == "latest" ? query
            : IsShaPrefix(text) ? query with { CommitPrefix = text }
            : query with { Experiment = text };

        var found = await ListAsync(store, query, number, current, cancellationToken);
        if (found.Count == 0 && IsShaPrefix(text))
        {
            found = await ListAsync(store, query with { CommitPrefix = null, Experiment = text }, number, current, cancellationToken);
        }

        var projects = found.Select(run => run.Id.Project).Distinct().ToList();
        if (found.Count == 0)
        {
            throw new GradientException(FailureKind.Usage, $"There is no run '{text}'.", "See the runs there are with: gradientci list --all");
        }

        if (projects.Count > 1 && text != "latest")
        {
            throw new GradientException(
                FailureKind.Usage, $"'{text}' is a run of several projects: {string.Join(", ", projects)}.", "Type the command inside the project's repository, or name it with --repo.");
        }

        return new RunReference(found[0], trial);
    }

    private static async Task<List<Run>> ListAsync(IExperimentStore store, RunQuery query, int? number, ProjectId? current, CancellationToken cancellationToken)
    {
        foreach (var project in (ProjectId?[])(current is null ? [null] : [current, null]))
        {
            var runs = await store.ListRunsAsync(query with { Project = project }, cancellationToken);
            var found = runs.Where(run => number is null || run.Id.Number == number).ToList();
            if (found.Count > 0)
            {
                return found;
            }
        }

        return [];
    }

    private static bool IsShaPrefix(string text) => text.Length is >= 4 and <= 64 && text.All(char.IsAsciiHexDigitLower);

    private static (string Name, int? Number, int? Trial) Split(string text)
    {
        if (text.Split('#') is not [var name, var numbers])
        {
            return (text, null, null);
        }

        var parts = numbers.Split('.');
        if (parts.Length <= 2 && Number(parts[0]) is { } run && (parts.Length == 1 || Number(parts[1]) is not null))
        {
            return (name, run, parts.Length == 1 ? null : Number(parts[1]));
        }

        throw new GradientException(FailureKind.Usage, $"'{text}' is not the name of a run.", "Runs are named digits#12 and trials digits#12.3.");
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
