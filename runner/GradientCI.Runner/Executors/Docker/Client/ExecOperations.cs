using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker.Client;

/// <summary>Further programs in containers that run.</summary>
internal sealed class ExecOperations(EngineConnection connection)
{
    /// <summary>Prepares one. A container that does not run is refused with status 409.</summary>
    public Task<ContainerExecCreateResponse> ExecCreateContainerAsync(string id, ContainerExecCreateParameters parameters, CancellationToken cancellationToken) =>
        connection.PostAsync(
            $"containers/{Uri.EscapeDataString(id)}/exec", parameters,
            DockerJson.Default.ContainerExecCreateParameters, DockerJson.Default.ContainerExecCreateResponse, cancellationToken);

    /// <summary>Starts it: what is written is its input, what is read its output. Its input ends when the stream is disposed.</summary>
    public async Task<Stream> StartAndAttachContainerExecAsync(string id, CancellationToken cancellationToken)
    {
        var answer = await connection.UpgradeAsync(
            $"exec/{Uri.EscapeDataString(id)}/start", new ContainerExecStartParameters(), DockerJson.Default.ContainerExecStartParameters, cancellationToken);
        try
        {
            return new AttachedStream(await answer.Content.ReadAsStreamAsync(cancellationToken), answer, connection.BrokenOff);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }
}
