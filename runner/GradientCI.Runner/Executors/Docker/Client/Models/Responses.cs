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

    /// <summary>What it can do in several ways.</summary>
    public PluginsInfo? Plugins { get; init; }
}

/// <param name="Log">The ways to keep what containers print.</param>
internal sealed record PluginsInfo(IReadOnlyList<string>? Log);

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

    /// <summary>Instructions that a build which begins with the image carries out first.</summary>
    public IReadOnlyList<string>? OnBuild { get; init; }
}

internal sealed record CreateContainerResponse(string Id);

internal sealed record ContainerWaitResponse(long StatusCode);

internal sealed record ContainerInspectResponse(string Id, string Name, ContainerState State, ContainerConfig Config)
{
    /// <summary>Bytes that it has written to its own layer; only when they are asked for.</summary>
    public long? SizeRw { get; init; }

    public ContainerHostFacts? HostConfig { get; init; }
}

/// <param name="ExtraHosts">Names that it knows beside those of its network, as <c>name:address</c>.</param>
/// <param name="PidsLimit">The most processes and threads at once.</param>
internal sealed record ContainerHostFacts(IReadOnlyList<string>? ExtraHosts, long? PidsLimit);

/// <summary>What is changed of a container that may run.</summary>
internal sealed record ContainerUpdateParameters(long PidsLimit);

/// <summary>What the Engine has to say of a change.</summary>
internal sealed record ContainerUpdateResponse(IReadOnlyList<string>? Warnings);

internal sealed record ContainerConfig(IReadOnlyDictionary<string, string>? Labels);

/// <param name="Status"><c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c> or <c>dead</c>.</param>
/// <param name="OOMKilled">Whether the kernel killed a process of it for memory.</param>
/// <param name="ExitCode">Of its first process; 128 and more for a signal.</param>
internal sealed record ContainerState(string Status, bool OOMKilled, int ExitCode);

/// <param name="Action">What happened: <c>die</c>, or <c>kill</c> for any signal that was sent through the Engine.</param>
internal sealed record EventResponse([property: JsonPropertyName("Action")] string? Action);

internal sealed record ContainerListResponse(string Id, string State, IReadOnlyDictionary<string, string>? Labels)
{
    /// <summary>Its names, each behind a slash.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];
}

/// <param name="Id"><c>sha256:…</c></param>
internal sealed record CommitContainerChangesResponse(string Id);

/// <param name="Name">Its name, though it was asked for by its id.</param>
internal sealed record NetworkResponse(string Name);
