using System.Collections.Immutable;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>The variables of a container, beside those of its image.</summary>
internal static class ContainerEnvironment
{
    // The toolkit that gives GPUs runs on the host, as root, with the container's variables: these would be orders to it.
    private static readonly ImmutableArray<string> Refused = ["LD_", "NVIDIA_", "DOCKER_", "TINI_"];

    /// <summary>Why these variables cannot be given to a container, one sentence, or null.</summary>
    public static string? FindProblem(AttemptRequest request) =>
        request.Environment.Keys.FirstOrDefault(name => Refused.Any(start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase))) is { } refused
            ? $"The environment variable {refused} is not given to containers, as programs outside of them obey it: set it in the command, or in the image."
            : null;

    /// <summary>The variables, as <c>NAME=value</c>.</summary>
    public static IReadOnlyList<string> Of(AttemptRequest request)
    {
        // Our user has no home in the image. Inside GPUs are counted anew, from 0. An image that asks for every GPU gets none.
        var variables = request.Environment.ContainsKey("HOME") ? request.Environment : request.Environment.SetItem("HOME", "/tmp");
        variables = variables.SetItem("CUDA_VISIBLE_DEVICES", string.Join(',', Enumerable.Range(0, request.Gpus.Length)));
        variables = request.Gpus.IsEmpty ? variables.SetItem("NVIDIA_VISIBLE_DEVICES", "void") : variables;
        variables = PortVariables.AddTo(variables, request.Ports, request.Ports);
        return [.. variables.Select(variable => $"{variable.Key}={variable.Value}")];
    }
}
