using GradientCI.Runner.Executors.Docker.Client;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>What an Engine remembers of a container's death, until it is started anew.</summary>
internal sealed class EngineMemory(ContainerOperations containers, TimeProvider time)
{
    // A death is noted a moment after its exit code.
    private static readonly TimeSpan NotedWithin = TimeSpan.FromSeconds(1);

    /// <summary>Whether a container that was ended by a signal was ended from outside of it: by a person, or by an Engine that went down.</summary>
    /// <remarks>
    /// An Engine that goes down, or that finds what it ran before when it comes up, sends the signal itself, which it remembers
    /// while it lives; a new one does not remember the death at all. Only a death without a signal is the container's own.
    /// </remarks>
    /// <exception cref="DockerApiException">The Engine has gone down meanwhile.</exception>
    public async Task<bool> WasEndedFromOutsideAsync(string id, CancellationToken cancellationToken)
    {
        var events = await containers.GetContainerEventsAsync(id, time.GetUtcNow() + NotedWithin, cancellationToken);
        return events is not [.., "die"] || events.Contains("kill", StringComparer.Ordinal);
    }
}
