using System.Globalization;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Cli;

/// <summary>Finds runs by what people type: <c>digits#12</c>, <c>digits#12.3</c>, a sha prefix, a name, <c>latest</c>.</summary>
internal static class RunReferences
{
    private const string Latest = "latest";

    /// <summary>Finds the newest run of that name; one of the current project is preferred.</summary>
    /// <exception cref="GradientException">There is none, or there are several in other projects.</exception>
    public static async Task<RunReference> FindAsync(IExperimentStore store, string text, ProjectId? current, CancellationToken cancellationToken)
    {
        var name = Split(text);
        if (current is { } here && await NewestAsync(store, name, here, cancellationToken) is { } own)
        {
            return new RunReference(own, name.Trial);
        }

        var found = new List<Run>();
        foreach (var project in await store.ListProjectsAsync(cancellationToken))
        {
            if (await NewestAsync(store, name, project.Id, cancellationToken) is { } run)
            {
                found.Add(run);
            }
        }

        return found switch
        {
            [] => throw new GradientException(FailureKind.Usage, $"There is no run '{text}'.", "See the runs there are with: gradientci list --all"),
            [var only] => new RunReference(only, name.Trial),
            _ when text == Latest => new RunReference(found.MaxBy(run => run.CreatedAt)!, null),
            _ => throw new GradientException(
                FailureKind.Usage, $"'{text}' is a run of several projects: {string.Join(", ", found.Select(run => run.Id.Project))}.",
                "Type the command inside the project's repository, or name it with --repo."),
        };
    }

    /// <summary>Finds the newest run of that name in one project.</summary>
    /// <exception cref="GradientException">The project has none.</exception>
    public static async Task<RunReference> FindInAsync(IExperimentStore store, string text, ProjectId project, CancellationToken cancellationToken)
    {
        var name = Split(text);
        var run = await NewestAsync(store, name, project, cancellationToken) ?? throw new GradientException(
            FailureKind.Usage, $"This repository has no run '{text}'.",
            "See all runs with: gradientci list --all; for one of another repository, go there or name it with --repo.");
        return new RunReference(run, name.Trial);
    }

    // What looks like the start of a sha may also be the name of an experiment.
    private static async Task<Run?> NewestAsync(IExperimentStore store, Name name, ProjectId project, CancellationToken cancellationToken)
    {
        var any = new RunQuery { Project = project, Limit = 1 };
        var queries = name switch
        {
            { Run: { } number } => [any with { Experiment = name.Text, Number = number }],
            { Text: Latest } => [any],
            { IsShaPrefix: true } => [any with { CommitPrefix = name.Text }, any with { Experiment = name.Text }],
            _ => (RunQuery[])[any with { Experiment = name.Text }],
        };
        foreach (var query in queries)
        {
            if ((await store.ListRunsAsync(query, cancellationToken)).FirstOrDefault() is { } run)
            {
                return run;
            }
        }

        return null;
    }

    private static Name Split(string text)
    {
        if (text.Split('#') is not [var name, var numbers])
        {
            return new Name(text, null, null);
        }

        var parts = numbers.Split('.');
        if (parts.Length <= 2 && Number(parts[0]) is { } run && (parts.Length == 1 || Number(parts[1]) is not null))
        {
            return new Name(name, run, parts.Length == 1 ? null : Number(parts[1]));
        }

        throw new GradientException(FailureKind.Usage, $"'{text}' is not the name of a run.", "Runs are named digits#12 and trials digits#12.3.");
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private sealed record Name(string Text, int? Run, int? Trial)
    {
        public bool IsShaPrefix => Text.Length is >= 4 and <= 64 && Text.All(char.IsAsciiHexDigitLower);
    }
}
