namespace GradientCI.Runner.Executors.Docker;

/// <summary>What an Engine says of itself.</summary>
/// <param name="Version">Its own version.</param>
/// <param name="ApiVersion">The version of its interface that is spoken.</param>
/// <param name="StorageDriver">How it keeps the files of containers, such as <c>overlay2</c>.</param>
/// <param name="HasNvidiaRuntime">Whether NVIDIA's runtime is installed; GPUs can be given without it, too, by a newer toolkit.</param>
public sealed record EngineFacts(string Version, string ApiVersion, string StorageDriver, bool HasNvidiaRuntime)
{
    /// <summary>The network that trials are to be on, where the Engine has none of that name; else null.</summary>
    public string? MissingNetwork { get; init; }

    /// <summary>Why containers on a machine with GPUs may get none of them, or null.</summary>
    public GradientException? FindGpuProblem() => HasNvidiaRuntime ? null : new GradientException(
        FailureKind.Environment, $"Docker {Version} knows no NVIDIA runtime: containers may get no GPU.", "Install the NVIDIA container toolkit, and start Docker anew.");
}
