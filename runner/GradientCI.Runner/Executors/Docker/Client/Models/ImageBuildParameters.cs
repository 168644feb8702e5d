namespace GradientCI.Runner.Executors.Docker.Client.Models;

/// <summary>How an image is built, by the Engine's own builder.</summary>
internal sealed record ImageBuildParameters
{
    /// <summary>The name that it gets.</summary>
    public required string Tag { get; init; }

    /// <summary>Path within the files that are sent.</summary>
    public required string Dockerfile { get; init; }

    public required Dictionary<string, string> BuildArgs { get; init; }

    public required Dictionary<string, string> Labels { get; init; }

    /// <summary>The stage to stop at, or null.</summary>
    public string? Target { get; init; }

    /// <summary>The network of its commands.</summary>
    public required string NetworkMode { get; init; }

    /// <summary>Of each command, in bytes, without swap.</summary>
    public required long Memory { get; init; }

    /// <summary>Processors of each command, in hundred-thousandths; null for all.</summary>
    public long? CpuQuota { get; init; }

    /// <summary>In bytes.</summary>
    public required long ShmSize { get; init; }

    /// <summary>A name that its commands' containers know, as <c>name:address</c>.</summary>
    public required string ExtraHost { get; init; }

    /// <summary>As whom images are asked for that it copies from, by registry.</summary>
    public required Dictionary<string, AuthConfig> AuthConfigs { get; init; }
}
