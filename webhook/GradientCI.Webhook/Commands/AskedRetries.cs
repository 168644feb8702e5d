using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Orchestration;
using GradientCI.Stores;

namespace GradientCI.Webhook.Commands;

/// <summary><c>/gradient retry</c>, and what a forge's button asks for: what failed at a commit is tried again.</summary>
internal sealed class AskedRetries(IExperimentStore store, IWorkQueue queue, TimeProvider time)
{
    private const int MostRuns = 1_000;

    /// <summary>Takes up again the newest runs of a commit, one of each experiment and set of fixed parameters, as far as something failed.</summary>
    /// <param name="project">The project.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="isMeant">Which of its runs.</param>
    /// <param name="by">Who asks for it; null when the forge does not say.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CommandAnswer> RetryAsync(ProjectId project, CommitSha commit, Func<Run, bool> isMeant, Signature? by, CancellationToken cancellationToken)
    {
        var (again, sentences) = (new List<RunId>(), new List<string>());
        foreach (var run in await ListNewestAsync(project, commit, isMeant, cancellationToken))
        {
            if (!run.HasEnded)
            {
                sentences.Add($"{run.Id} has not ended yet.");
                continue;
            }

            try
            {
                again.Add((await new RunRevival(store, queue, WorkerId.None, time).QueueAgainAsync(run, null, by, cancellationToken)).Id);
            }
            catch (GradientException problem) when (problem.Kind == FailureKind.Usage)
            {
                sentences.Add(problem.Message);
            }
        }

        return again.Count > 0
            ? CommandAnswer.Done($"{string.Join(", ", again)} {(again.Count == 1 ? "is" : "are")} taken up again.", again.Select(run => new CommandedRun(run)))
            : CommandAnswer.Mistaken(sentences.Count > 0 ? string.Join(' ', sentences.Take(5)) : $"Nothing has run at {commit.Short}.");
    }

    private async Task<ImmutableArray<Run>> ListNewestAsync(ProjectId project, CommitSha commit, Func<Run, bool> isMeant, CancellationToken cancellationToken)
    {
        var all = await store.ListRunsAsync(new RunQuery { Project = project, Commit = commit, Limit = MostRuns }, cancellationToken);
        return [.. all.Where(isMeant).DistinctBy(run => (run.Id.Experiment, string.Join('\n', run.Overrides))).OrderBy(run => run.Id.ToString(), StringComparer.Ordinal)];
    }
}
