namespace GradientCI.Runner.Executors;

/// <summary>Connects to what attempts listen at, from whichever process; no port is open to anybody else for it.</summary>
public interface IAttemptPorts
{
    /// <summary>Opens a connection.</summary>
    /// <returns>The bytes both ways. Where nobody listens it ends at once, or there is none.</returns>
    /// <exception cref="IOException">Nobody listens, or the attempt has ended.</exception>
    Task<Stream> ConnectAsync(AttemptPort port, CancellationToken cancellationToken);
}
