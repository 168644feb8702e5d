using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Executors;
using GradientCI.Stores;

namespace GradientCI.Webhook.Ports;

/// <summary>Finds the attempt behind a trial's port.</summary>
/// <param name="store">The runs.</param>
/// <param name="data">Where executors keep their files.</param>
public sealed class OpenPorts(IExperimentStore store, DataFolder data)
{
    /// <summary>The port of the attempt that runs; or why there is none, one sentence.</summary>
    internal async Task<(AttemptPort? Port, string Obstacle)> FindAsync(TrialPort port, CancellationToken cancellationToken)
    {
        var run = await store.FindRunAsync(port.Trial.Run, cancellationToken);
        var trial = run is null ? null : (await store.ListTrialsAsync(run.Id, port.Trial.Number - 1, 1, cancellationToken)).FirstOrDefault(each => each.Id == port.Trial);
        return (run, trial) switch
        {
            (null, _) or (_, null) => (null, $"There is no trial {port.Trial}."),
            _ when !run.Spec.Ports.Contains(port.Number) => (null, $"The manifest of {run.Id} does not declare port {port.Number}."),
            _ when trial is not { State: TrialState.Running, Attempts: [.., { Outcome: null } attempt] } => (null, $"The trial {port.Trial} is {trial.State.Word()}; its ports are there while it runs."),
            _ => (Of(trial.Attempts[^1], port.Number, run), ""),
        };
    }

    private AttemptPort Of(Attempt attempt, int port, Run run) =>
        new(attempt.Id, port, data.State(attempt.Id), attempt.Handle, IsInContainer: run.Spec.Image is not null || run.Spec.Build is not null);
}
