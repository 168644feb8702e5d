using GradientCI.Experiments;
using GradientCI.Runner.Orchestration;
using GradientCI.Specs;
using GradientCI.Stores;

namespace GradientCI.Webhook.Triggers;

/// <summary><c>baseline: run</c>: the merge base of a pull request is run too when it never was.</summary>
internal sealed class BaseRuns(CommitManifests manifests, IExperimentStore store, RunRecording recording, TriggerAnswer answer)
{
    private const int RunsLookedAt = 100;

    /// <summary>The merge base's run that was just asked for, or is on its way; null when there is a finished one, or none is to be.</summary>
    /// <exception cref="GradientException">It cannot be recorded now: to be tried again.</exception>
    public async Task<RunId?> FindAsync(RunOrder order, CancellationToken cancellationToken)
    {
        if (order.Spec.Baseline != BaselineMode.Run || order.BaselineCommit is not { } commit)
        {
            return null;
        }

        var query = new RunQuery { Project = order.Project, Experiment = order.Spec.Name, Commit = commit.Sha, Limit = RunsLookedAt };
        var known = (await store.ListRunsAsync(query, cancellationToken)).Where(run => run.Overrides.IsEmpty).ToList();
        if (known.Any(run => run.State == RunState.Finished))
        {
            return null;
        }

        if (known.FirstOrDefault(run => !run.HasEnded) is { } open)
        {
            return open.Id;
        }

        var name = $"The merge base {commit.Sha.Short}";
        if (await manifests.ReadAsync(commit.Sha, name, cancellationToken) is not { } manifest
            || manifest.Experiments.FirstOrDefault(spec => spec.Name == order.Spec.Name) is not { } spec)
        {
            answer.Say($"{name} has no experiment {order.Spec.Name} to compare with.");
            return null;
        }

        return (await recording.RecordAsync(
            new RunOrder
            {
                Project = order.Project,
                Commit = commit,
                Spec = spec,
                ManifestDigest = manifest.Digest,
                Executor = order.Executor,
                Origin = $"baseline {commit.Sha}",
            },
            cancellationToken))?.Id;
    }
}
