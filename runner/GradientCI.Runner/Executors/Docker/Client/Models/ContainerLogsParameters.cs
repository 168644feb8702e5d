namespace GradientCI.Runner.Executors.Docker.Client.Models;

/// <summary>Which of a container's output.</summary>
/// <param name="Follow">Whether to go on until it ends. The last of it can be missing then: the Engine is done before it has sent all.</param>
/// <param name="Tail">How many pieces, the last ones; or <c>all</c>, from the first byte on.</param>
internal sealed record ContainerLogsParameters(bool Follow, string Tail = "all");
