namespace GradientCI.Runner.Executors.Docker.Client;

/// <summary>A Docker Engine: the operations in use, named as Docker.DotNet names them. Safe to use from several threads.</summary>
/// <remarks>All of them throw <see cref="DockerApiException"/> when the Engine refuses or does not answer.</remarks>
internal sealed class DockerClient : IDisposable
{
    private readonly EngineConnection _connection;

    /// <summary>Prepares to call an Engine; nothing is sent yet.</summary>
    /// <exception cref="GradientException">The certificates cannot be read.</exception>
    public DockerClient(EngineAddress address, TimeProvider time)
    {
        Address = address;
        _connection = new EngineConnection(address, time);
        System = new SystemOperations(_connection);
        Images = new ImageOperations(_connection);
        Containers = new ContainerOperations(_connection);
        Exec = new ExecOperations(_connection);
        Networks = new NetworkOperations(_connection);
    }

    public EngineAddress Address { get; }

    public SystemOperations System { get; }

    public ImageOperations Images { get; }

    public ContainerOperations Containers { get; }

    public ExecOperations Exec { get; }

    public NetworkOperations Networks { get; }

    public void Dispose() => _connection.Dispose();
}
