using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker.Client;

/// <summary>Networks, by name or id.</summary>
internal sealed class NetworkOperations(EngineConnection connection)
{
    /// <summary>One of them. One that is not there is refused with status 404.</summary>
    public Task<NetworkResponse> InspectNetworkAsync(string name, CancellationToken cancellationToken) =>
        connection.GetAsync($"networks/{Uri.EscapeDataString(name)}", DockerJson.Default.NetworkResponse, cancellationToken);
}
