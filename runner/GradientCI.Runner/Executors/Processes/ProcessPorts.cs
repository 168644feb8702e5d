using System.Net;
using System.Net.Sockets;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>Connects to attempts that are processes of this machine, at the ports that were handed to them.</summary>
public sealed class ProcessPorts : IAttemptPorts
{
    /// <inheritdoc/>
    public async Task<Stream> ConnectAsync(AttemptPort port, CancellationToken cancellationToken)
    {
        if (HandedPorts.Find(port.StateDirectory, port.Number) is not { } real)
        {
            throw new IOException($"{port.Attempt} was given no port for {port.Number}.");
        }

        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, real), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException problem)
        {
            socket.Dispose();
            throw new IOException($"Nobody listens at port {port.Number} of {port.Attempt}.", problem);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
