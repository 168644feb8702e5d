using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Cli.Output;

/// <summary>Whether a trial has ended, asked time and again: of the record it asks for that one trial, however many there are.</summary>
internal sealed class TrialEnd(IExperimentStore store, TrialId id)
{
    /// <summary>Looks whether it has. A trial that was removed will print no more, and counts as ended.</summary>
    public async Task<bool> HasComeAsync(CancellationToken cancellationToken) =>
        (await store.ListTrialsAsync(id.Run, id.Number - 1, 1, cancellationToken)).FirstOrDefault(trial => trial.Id == id)?.State.HasEnded() ?? true;
}
