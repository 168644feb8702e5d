namespace GradientCI.Runner.Executors.Docker;

/// <summary>What containers may have; whoever runs the service decides it, never a repository.</summary>
public sealed record DockerOptions
{
    /// <summary>
    /// The network that trials are on, as Docker names it. <c>none</c> has a loopback device and nothing else: neither the
    /// internet, nor this machine, nor a cloud's metadata address, nor another trial.
    /// </summary>
    public string Network { get; init; } = "none";

    /// <summary>The network of commands that build an image; null for that of trials. Base images are fetched by the Engine, on its own network.</summary>
    public string? BuildNetwork { get; init; }

    /// <summary>When images are pulled.</summary>
    public PullPolicy Pull { get; init; } = PullPolicy.Missing;

    /// <summary>The folder of Docker's <c>config.json</c>, in which <c>docker login</c> leaves passwords; null when there is none.</summary>
    public string? ConfigFolder { get; init; }

    /// <summary>How long an image may be built.</summary>
    public TimeSpan BuildTime { get; init; } = TimeSpan.FromHours(2);

    /// <summary>The most bytes that a setup may add to its image.</summary>
    public long SetupBytes { get; init; } = 32L << 30;

    /// <summary>The most processes and threads at once.</summary>
    public int Processes { get; init; } = 4096;

    /// <summary>The part of the machine's memory that a trial gets whose manifest names none.</summary>
    public double MemoryShare { get; init; } = 0.9;

    /// <summary>Shared memory, in bytes, of a trial whose manifest names none: loaders of data pass batches through it.</summary>
    public long SharedMemoryBytes { get; init; } = 1L << 30;

    /// <summary>What of a trial's output is kept, in bytes.</summary>
    public long LogBytes { get; init; } = 256L << 20;

    /// <summary>As whom trials run while the service runs as root; otherwise they run as the service's own user.</summary>
    public int User { get; init; } = 65532;

    /// <summary>How long an Engine that does not answer is waited for.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a pull of an image may bring nothing before it is given up.</summary>
    public TimeSpan PullPatience { get; init; } = TimeSpan.FromMinutes(5);
}
