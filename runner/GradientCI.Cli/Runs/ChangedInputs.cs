using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Workspaces;
using GradientCI.Stores;

namespace GradientCI.Cli.Runs;

/// <summary>The files that make the inputs of two runs differ.</summary>
/// <param name="Files">What changed between their commits, as far as it counts as input.</param>
/// <param name="Problem">Why that is not known; empty when it is.</param>
internal sealed record ChangedInputs(ImmutableArray<FileChange> Files, string Problem = "")
{
    /// <summary>Asks the repository.</summary>
    public static async Task<ChangedInputs> FindAsync(IExperimentStore store, Run earlier, Run later, CancellationToken cancellationToken)
    {
        var project = (await store.ListProjectsAsync(cancellationToken)).First(project => project.Id == later.Id.Project);
        try
        {
            await using var repository = await GitRepository.OpenAsync(project.Location, cancellationToken);
            var changes = await repository.ListChangesAsync(earlier.Commit.Sha, later.Commit.Sha, cancellationToken);
            var (before, after) = (InputDigest.Selector(earlier.Spec.Inputs), InputDigest.Selector(later.Spec.Inputs));
            return new ChangedInputs([.. changes.Where(change => after(change.Path) || before(change.OldPath ?? change.Path))]);
        }
        catch (GradientException problem)
        {
            // The answer is worth having without the names.
            return new ChangedInputs([], $"the files cannot be named: {problem.Message}");
        }
    }
}
