namespace GradientCI.Runner.Executors;

/// <summary>Connects to attempts where they run: in a container, or on the host.</summary>
/// <param name="host">Connects to those without an image.</param>
/// <param name="containers">Connects to the others.</param>
public sealed class PortsByImage(IAttemptPorts host, IAttemptPorts containers) : IAttemptPorts
{
    /// <inheritdoc/>
    public Task<Stream> ConnectAsync(AttemptPort port, CancellationToken cancellationToken) =>
        (port.IsInContainer ? containers : host).ConnectAsync(port, cancellationToken);
}
