using System.Collections.Frozen;
using GradientCI.Runner;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Hosts;

namespace GradientCI.Cli.Runs;

/// <summary>What the operator says of containers, in the environment; a repository has no say in it.</summary>
internal static class ContainerSettings
{
    /// <summary>The variable that puts trials on a network.</summary>
    public const string NetworkVariable = "GRADIENTCI_DOCKER_NETWORK";

    /// <summary>The variable that puts builds of images on a network.</summary>
    public const string BuildNetworkVariable = "GRADIENTCI_DOCKER_BUILD_NETWORK";

    /// <summary>The variable that says when images are pulled.</summary>
    public const string PullVariable = "GRADIENTCI_DOCKER_PULL";

    private static readonly FrozenDictionary<string, PullPolicy> Policies = Enum.GetValues<PullPolicy>()
        .ToFrozenDictionary(policy => policy.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>Prepares to use the Engine of this machine; nothing is asked yet.</summary>
    /// <exception cref="GradientException">A variable holds what cannot be served.</exception>
    public static DockerExecutor Open(Terminal terminal, DataFolder data, GpuMeter? meter) =>
        new(EngineAddress.Read(terminal.Variable), Read(terminal.Variable), data.Root, terminal.Time, meter);

    /// <summary>Reads the variables.</summary>
    /// <exception cref="GradientException">A variable holds what cannot be served.</exception>
    public static DockerOptions Read(Func<string, string?> variable)
    {
        var usual = new DockerOptions();
        return usual with
        {
            Network = Text(variable, NetworkVariable) ?? usual.Network,
            BuildNetwork = Text(variable, BuildNetworkVariable),
            Pull = Text(variable, PullVariable) is not { } word ? usual.Pull : Policies.TryGetValue(word, out var policy) ? policy : throw new GradientException(
                FailureKind.Usage, $"{PullVariable} is '{word}'.", $"Write one of: {string.Join(", ", Policies.Keys.Order(StringComparer.Ordinal))}."),
            ConfigFolder = Text(variable, "DOCKER_CONFIG") ?? (Text(variable, "HOME") is { } home ? Path.Combine(home, ".docker") : null),
        };
    }

    private static string? Text(Func<string, string?> variable, string name) => variable(name) is { Length: > 0 } text ? text : null;
}
