using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>Connects to what listens in a container, through the Engine's own socket.</summary>
/// <remarks>
/// A relay is executed in the container, with the trial's rights and in its namespaces. So nothing is published, a container
/// without a network stays without, and what listens on its loopback device alone is reached too.
/// </remarks>
internal static class ContainerPorts
{
    // Whichever side ends, all ends: the Engine closes our side's input when we are gone. An exec is a process group of its own.
    private const string Relay = """
        printf +
        if command -v bash >/dev/null; then
          exec bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" 4<&0 || exit; { cat <&4 >&3; kill -- -$$; } & cat <&3; kill -- -$$' gradientci "$1"
        elif command -v nc >/dev/null; then
          { cat; kill -- -$$; } | { nc 127.0.0.1 "$1"; kill -- -$$; }
          exit
        fi
        text='To reach its ports, the image needs bash or nc.'
        printf 'HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: %s\r\n\r\n%s' "${#text}" "$text"
        """;

    /// <summary>Opens a connection.</summary>
    /// <exception cref="DockerApiException">The container does not run, or the Engine does not answer.</exception>
    /// <exception cref="IOException">The relay cannot be started.</exception>
    public static async Task<Stream> ConnectAsync(ExecOperations exec, AttemptPort port, CancellationToken cancellationToken)
    {
        var parameters = new ContainerExecCreateParameters(["/bin/sh", "-c", Relay, "gradientci", $"{port.Number}"]);
        var relay = await exec.ExecCreateContainerAsync(port.Handle, parameters, cancellationToken);
        var stream = await exec.StartAndAttachContainerExecAsync(relay.Id, cancellationToken);
        try
        {
            // An Engine that cannot start it, as the container is about to end, says so as if the relay did.
            var sign = new byte[1];
            return await stream.ReadAsync(sign, cancellationToken) == 1 && sign[0] == '+' ? stream : throw new IOException("The container has ended, or has no shell.");
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }
}
