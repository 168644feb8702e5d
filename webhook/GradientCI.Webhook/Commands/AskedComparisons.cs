using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Runner.Manifests;
using GradientCI.Stores;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Commands;

/// <summary><c>/gradient compare</c>: finds the runs whose results are to stand side by side.</summary>
internal sealed class AskedComparisons(DataFolder data, IExperimentStore store)
{
    private const int MostRuns = 1_000;
    private const int Ancestors = 100;
    private const int MostNames = 1_000;
    private const int ShortestSha = 7;
    private const int LongestSha = 64;

    /// <summary>Finds for each experiment of the head a finished run of the other side, there or at the nearest commit before.</summary>
    /// <exception cref="GradientException">The repository is damaged, or cannot be read.</exception>
    public async Task<CommandAnswer> CompareAsync(PullRequest pull, string reference, CancellationToken cancellationToken)
    {
        var ours = (await store.ListRunsAsync(new RunQuery { Project = pull.Project, Commit = pull.Head, Limit = MostRuns }, cancellationToken))
            .Where(run => run.Overrides.IsEmpty)
            .DistinctBy(run => run.Id.Experiment, StringComparer.Ordinal)
            .ToImmutableArray();
        if (ours.IsEmpty)
        {
            return CommandAnswer.Mistaken($"Nothing has run at the head {pull.Head.Short} that could be compared.");
        }

        if (await FindRunAsync(pull.Project, reference, cancellationToken) is { } named)
        {
            return ours.FirstOrDefault(run => run.Id.Experiment == named.Id.Experiment) is { } same
                ? CommandAnswer.Done($"Compared with {named.Id}.", new CommandedRun(same.Id, named.Id))
                : CommandAnswer.Mistaken($"{named.Id.Experiment} has not run at the head {pull.Head.Short}.");
        }

        await using var mirror = await GitRepository.OpenAsync(data.Mirror(pull.Project), cancellationToken);
        if (await ResolveAsync(mirror, reference, cancellationToken) is not { } commit)
        {
            return CommandAnswer.Mistaken(await UnknownAsync(mirror, reference, cancellationToken));
        }

        ImmutableArray<CommitSha> line = [commit, .. await mirror.ListAncestorsAsync(commit, Ancestors, cancellationToken)];
        var pairs = new List<CommandedRun>();
        foreach (var run in ours)
        {
            if (await NearestAsync(run, line, cancellationToken) is { } other)
            {
                pairs.Add(new CommandedRun(run.Id, other));
            }
        }

        return pairs.Count > 0
            ? CommandAnswer.Done($"Compared with {reference} at {commit.Short}.", pairs)
            : CommandAnswer.Mistaken($"No run of {string.Join(", ", ours.Select(run => run.Id.Experiment))} has finished at {reference}, or shortly before.");
    }

    private async Task<Run?> FindRunAsync(ProjectId project, string text, CancellationToken cancellationToken) =>
        text.Split('#') is [{ Length: > 0 } experiment, var digits] && int.TryParse(digits, System.Globalization.NumberStyles.None, null, out var number)
            ? await store.FindRunAsync(new RunId(project, experiment, number), cancellationToken)
            : null;

    private static async Task<CommitSha?> ResolveAsync(GitRepository mirror, string reference, CancellationToken cancellationToken)
    {
        var history = new PushHistory(mirror);
        if (!RefUpdate.IsBranch(reference))
        {
            return null;
        }

        return await history.PeelAsync($"refs/heads/{reference}", cancellationToken)
            ?? await history.PeelAsync($"refs/tags/{reference}", cancellationToken)
            ?? (reference.Length is >= ShortestSha and <= LongestSha && reference.All(char.IsAsciiHexDigit)
                ? await history.PeelAsync(reference.ToLowerInvariant(), cancellationToken)
                : null);
    }

    private static async Task<string> UnknownAsync(GitRepository mirror, string reference, CancellationToken cancellationToken)
    {
        return Spelling.Nearest(reference, await new PushHistory(mirror).ListNamesAsync(MostNames, cancellationToken)) is { } nearest
            ? $"There is no branch, tag, commit or run '{reference}'; did you mean {nearest}?"
            : $"There is no branch, tag, commit or run '{reference}' that we heard of.";
    }

    private async Task<RunId?> NearestAsync(Run run, ImmutableArray<CommitSha> line, CancellationToken cancellationToken)
    {
        var query = new RunQuery { Project = run.Id.Project, Experiment = run.Id.Experiment, State = RunState.Finished, Limit = MostRuns };
        return (await store.ListRunsAsync(query, cancellationToken))
            .Where(other => other.Id != run.Id && other.Overrides.IsEmpty && line.Contains(other.Commit.Sha))
            .OrderBy(other => line.IndexOf(other.Commit.Sha))
            .FirstOrDefault()?.Id;
    }
}
