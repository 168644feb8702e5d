namespace GradientCI.Runner.Executors.Docker.Client.Models;

/// <summary>A program whose input and output are ours; it has the container's user and no more rights than the container.</summary>
internal sealed record ContainerExecCreateParameters(IReadOnlyList<string> Cmd)
{
    public bool AttachStdin { get; init; } = true;

    public bool AttachStdout { get; init; } = true;
}

internal sealed record ContainerExecCreateResponse(string Id);

internal sealed record ContainerExecStartParameters
{
    public bool Detach { get; init; }

    public bool Tty { get; init; }
}
