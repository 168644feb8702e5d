using System.Text.Json.Serialization;

namespace GradientCI.Runner.Executors.Docker.Client.Models;

internal sealed record CreateContainerParameters
{
    public required string Image { get; init; }

    public required string User { get; init; }

    public required IReadOnlyList<string> Env { get; init; }

    public required IReadOnlyList<string> Entrypoint { get; init; }

    public required IReadOnlyList<string> Cmd { get; init; }

    public required string WorkingDir { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>What ends it when the Engine goes down, or somebody stops it by hand; we name each signal that we send.</summary>
    public required string StopSignal { get; init; }

    /// <summary>What the image would have run beside the command, now and then.</summary>
    public HealthConfig Healthcheck { get; init; } = new(["NONE"]);

    public required HostConfig HostConfig { get; init; }
}

internal sealed record HealthConfig(IReadOnlyList<string> Test);

internal sealed record HostConfig
{
    public required IReadOnlyList<Mount> Mounts { get; init; }

    public required string NetworkMode { get; init; }

    public bool Init { get; init; }

    public bool ReadonlyRootfs { get; init; }

    public IReadOnlyList<string> CapDrop { get; init; } = [];

    public IReadOnlyList<string>? CapAdd { get; init; }

    public IReadOnlyList<string> SecurityOpt { get; init; } = [];

    public string? IpcMode { get; init; }

    public long PidsLimit { get; init; }

    /// <summary>In bytes.</summary>
    public long Memory { get; init; }

    /// <summary>Memory and swap together, in bytes.</summary>
    public long MemorySwap { get; init; }

    /// <summary>Processors in billionths; null for all.</summary>
    public long? NanoCpus { get; init; }

    /// <summary>In bytes.</summary>
    public long ShmSize { get; init; }

    public required IReadOnlyDictionary<string, string> Tmpfs { get; init; }

    public required LogConfig LogConfig { get; init; }

    public IReadOnlyList<Ulimit> Ulimits { get; init; } = [];

    public IReadOnlyList<DeviceRequest>? DeviceRequests { get; init; }
}

internal sealed record Mount(string Source, string Target, bool ReadOnly)
{
    public string Type { get; init; } = "bind";
}

internal sealed record LogConfig(string Type, IReadOnlyDictionary<string, string> Config);

internal sealed record Ulimit(string Name, long Soft, long Hard);

/// <summary>What <c>docker run --gpus</c> sends.</summary>
internal sealed record DeviceRequest(
    [property: JsonPropertyName("DeviceIDs")] IReadOnlyList<string> DeviceIds, IReadOnlyList<IReadOnlyList<string>> Capabilities)
{
    public string Driver { get; init; } = "";

    public int Count { get; init; }
}
