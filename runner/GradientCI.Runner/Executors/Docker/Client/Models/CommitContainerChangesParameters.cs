namespace GradientCI.Runner.Executors.Docker.Client.Models;

/// <summary>An image that is made of a container.</summary>
/// <param name="ContainerId">Whose files.</param>
/// <param name="RepositoryName">Its name, up to the colon.</param>
/// <param name="Tag">The rest of its name.</param>
/// <param name="Config">What it gives its containers.</param>
internal sealed record CommitContainerChangesParameters(string ContainerId, string RepositoryName, string Tag, CommittedConfig Config);

/// <summary>What an image gives its containers; what is left out it has from the container that it is made of.</summary>
/// <param name="Env">Variables, as <c>NAME=value</c>.</param>
/// <param name="Entrypoint">What its containers run.</param>
internal sealed record CommittedConfig(IReadOnlyList<string> Env, IReadOnlyList<string> Entrypoint);
