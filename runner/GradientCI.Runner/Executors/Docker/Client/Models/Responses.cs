using System.Text.Json.Serialization;

namespace GradientCI.Runner.Executors.Docker.Client.Models;

internal sealed record ErrorResponse([property: JsonPropertyName("message")] string? Message);

/// <summary>A line of an answer that tells how a long work goes.</summary>
internal sealed record JSONMessage(
    [property: JsonPropertyName("status")] string? Status, [property: JsonPropertyName("id")] string? Id, [property: JsonPropertyName("error")] string? Error)
{
    /// <summary>What a build prints, with its line ends.</summary>
    [JsonPropertyName("stream")]
    public string? Stream { get; init; }
}

internal sealed record SystemInfoResponse(
    string ServerVersion, string? Driver, string? OperatingSystem, long MemTotal, [property: JsonPropertyName("NCPU")] int Cpus, IReadOnlyDictionary<string, RuntimeEntry>? Runtimes)
{
    /// <summary>Where it keeps images and containers, on its own machine.</summary>
    public string? DockerRootDir { get; init; }
}

/// <summary>A program that can run containers; only that it is there counts.</summary>
internal sealed record RuntimeEntry;

/// <param name="Id">The digest of the image's configuration, and through it of all its files: <c>sha256:…</c>.</param>
/// <param name="Config">What containers get that say nothing else.</param>
internal sealed record ImageInspectResponse(string Id, ImageConfig? Config)
{
    /// <summary>Its names, with tags.</summary>
    public IReadOnlyList<string>? RepoTags { get; init; }

    /// <summary>Its names by what a registry calls its content.</summary>
    public IReadOnlyList<string>? RepoDigests { get; init; }

    /// <summary>Bytes of all its layers; other images may share some.</summary>
    public long Size { get; init; }

    public ImageMetadata? Metadata { get; init; }
}

/// <param name="LastTagTime">When it was last given a name here.</param>
internal sealed record ImageMetadata(DateTimeOffset? LastTagTime);

internal sealed record ImageListResponse(string Id);

/// <param name="Env">Variables, as <c>NAME=value</c>.</param>
internal sealed record ImageConfig(IReadOnlyList<string>? Env)
{
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

internal sealed record CreateContainerResponse(string Id);

internal sealed record ContainerWaitResponse(long StatusCode);

internal sealed record ContainerInspectResponse(string Id, string Name, ContainerState State, ContainerConfig Config);

internal sealed record ContainerConfig(IReadOnlyDictionary<string, string>? Labels);

/// <param name="Status"><c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c> or <c>dead</c>.</param>
/// <param name="OOMKilled">Whether the kernel killed a process of it for memory.</param>
/// <param name="ExitCode">Of its first process; 128 and more for a signal.</param>
internal sealed record ContainerState(string Status, bool OOMKilled, int ExitCode);

/// <param name="Action">What happened: <c>die</c>, or <c>kill</c> for any signal that was sent through the Engine.</param>
internal sealed record EventResponse([property: JsonPropertyName("Action")] string? Action);

internal sealed record ContainerListResponse(string Id, string State, IReadOnlyDictionary<string, string>? Labels);
