using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>Judges a finished run again.</summary>
public static class RunJudgement
{
    /// <summary>Notes anew whether a run passed, when a pull request of its commit was opened only after its end: some checks are made only then.</summary>
    public static async Task RenewAsync(Run run, IExperimentStore store, CancellationToken cancellationToken)
    {
        if (run is not { State: RunState.Finished, EndedAt: { } ended } || !run.Spec.Checks.Any(check => check.OnlyPullRequest))
        {
            return;
        }

        var ending = await RunEnding.JudgeAsync(run, RunState.Finished, store);
        if (ending.Passed != run.Passed)
        {
            var update = new RunUpdate(run.Id, [RunState.Finished], RunState.Finished, ended, run.Problem) { Best = ending.Best, Front = ending.Front, Passed = ending.Passed };
            await store.UpdateRunAsync(update, cancellationToken);
        }
    }
}
