using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Executors.Slots;
using GradientCI.Runner.Git;
using GradientCI.Runner.Manifests;
using GradientCI.Runner.Orchestration;
using GradientCI.Specs;
using GradientCI.Stores;

namespace GradientCI.Webhook.Triggers;

/// <summary>A project's repository, as far as somebody may ask for runs there.</summary>
public sealed class RequestedRepository : IAsyncDisposable
{
    private readonly AskedCommits _commits;
    private readonly string _executor;
    private readonly SlotPool _slots;

    internal RequestedRepository(Project project, AskedCommits commits, GitRepository repository, RunPlanner planner, string executor, SlotPool slots) =>
        (Project, _commits, Repository, Planner, _executor, _slots) = (project, commits, repository, planner, executor, slots);

    /// <summary>Whose.</summary>
    public Project Project { get; }

    /// <summary>The repository.</summary>
    public GitRepository Repository { get; }

    /// <summary>Records what is ordered.</summary>
    public RunPlanner Planner { get; }

    /// <summary>Finds a commit that may be run by whoever asks.</summary>
    /// <param name="revision">A branch, a tag, or the start of a sha: what else git takes for a revision is a language of its own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GradientException">Usage: there is none, or it is a stranger's. Environment: it cannot be fetched now.</exception>
    public async Task<Commit> FindCommitAsync(string revision, CancellationToken cancellationToken)
    {
        if (!RefUpdate.IsBranch(revision))
        {
            throw new GradientException(FailureKind.Usage, "That is not the name of a commit.", "Name a branch, a tag, or the start of a sha.");
        }

        try
        {
            return await _commits.FindAsync(Project.Id, Repository, revision, cancellationToken);
        }
        catch (GradientException problem) when (problem.Kind == FailureKind.Usage && revision.Length >= 40 && revision.All(char.IsAsciiHexDigitLower))
        {
            // One of a fork is there, and not to be had.
            if (await new PushHistory(Repository).IsThereAsync(revision, cancellationToken))
            {
                throw;
            }

            throw new GradientException(FailureKind.Usage, $"The service has no commit {revision[..12]}.", "Push it, and try again.", problem);
        }
    }

    /// <summary>Orders an experiment; nothing is recorded yet.</summary>
    /// <param name="commit">At which commit.</param>
    /// <param name="manifest">The commit's manifest.</param>
    /// <param name="experiment">One of its experiments.</param>
    /// <param name="overrides">Parameters to fix, as in <c>lr=0.1</c>.</param>
    /// <exception cref="GradientException">Usage: it cannot be run so.</exception>
    public RunOrder Order(Commit commit, Manifest manifest, ExperimentSpec experiment, ImmutableArray<string> overrides)
    {
        var spec = SpecOverrides.Apply(experiment, overrides);

        // A trial that can never start is wrong use, not a run.
        _ = _slots.MostAtOnce(spec.Resources);
        return new RunOrder
        {
            Project = Project.Id,
            Commit = commit,
            Spec = spec,
            Overrides = overrides,
            ManifestDigest = manifest.Digest,
            Executor = _executor,
        };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Repository.DisposeAsync();
}
