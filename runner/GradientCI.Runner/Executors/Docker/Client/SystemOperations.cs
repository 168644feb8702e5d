using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker.Client;

/// <summary>The Engine itself.</summary>
internal sealed class SystemOperations(EngineConnection connection)
{
    /// <summary>Sees whether it is there, and agrees on the version of its interface.</summary>
    /// <returns>The version in use from now on, such as <c>1.41</c>.</returns>
    public Task<string> PingAsync(CancellationToken cancellationToken) => connection.NegotiateAsync(cancellationToken);

    public Task<SystemInfoResponse> GetSystemInfoAsync(CancellationToken cancellationToken) =>
        connection.GetAsync("info", DockerJson.Default.SystemInfoResponse, cancellationToken);
}
