using System.Collections.Immutable;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>The variables of a container: those of its image, and the trial's.</summary>
/// <remarks>
/// The toolkit that gives GPUs runs on the host, as root, and reads the container's variables: <c>LD_PRELOAD</c> and its like would
/// be orders to it, whoever wrote the image. They are taken out of the container's own variables, and its first program gives them
/// to the command again.
/// </remarks>
internal static class ContainerEnvironment
{
    private const string VisibleDevices = "NVIDIA_VISIBLE_DEVICES";

    private static readonly ImmutableArray<string> Refused = ["LD_", "NVIDIA_", "DOCKER_", "TINI_"];
    private static readonly ImmutableArray<string> Withheld = ["LD_", "NVIDIA_", "TINI_"];

    // An image says with these what it needs of a driver, and the toolkit must hear it.
    private static readonly ImmutableArray<string> Needs = ["NVIDIA_DRIVER_CAPABILITIES", "NVIDIA_REQUIRE_"];

    /// <summary>Why these variables cannot be given to a container, one sentence, or null.</summary>
    public static string? FindProblem(AttemptRequest request) =>
        request.Environment.Keys.FirstOrDefault(name => BeginsWith(name, Refused)) is { } refused
            ? $"The environment variable {refused} is not given to containers, as programs outside of them obey it: set it in the command, or in the image."
            : null;

    /// <summary>The container's variables beside those of its image, as <c>NAME=value</c>; a <c>NAME</c> alone takes one of the image's away.</summary>
    /// <param name="request">Whose.</param>
    /// <param name="image">The image's variables.</param>
    public static IReadOnlyList<string> Of(AttemptRequest request, IReadOnlyList<string> image)
    {
        // Our user has no home in the image. Inside GPUs are counted anew, from 0. An image that asks for every GPU gets none.
        var variables = request.Environment.ContainsKey("HOME") ? request.Environment : request.Environment.SetItem("HOME", "/tmp");
        variables = variables.SetItem("CUDA_VISIBLE_DEVICES", string.Join(',', Enumerable.Range(0, request.Gpus.Length)));
        variables = request.Gpus.IsEmpty ? variables.SetItem(VisibleDevices, "void") : variables;
        variables = PortVariables.AddTo(variables, request.Ports, request.Ports);
        return
        [
            .. image.Select(NameOf).Where(name => IsWithheld(name) && !variables.ContainsKey(name)),
            .. variables.Select(variable => $"{variable.Key}={variable.Value}"),
        ];
    }

    /// <summary>Takes away from a container that has no variables of its own what those of its image would order programs outside of it.</summary>
    public static IReadOnlyList<string> WithholdAll(IReadOnlyList<string> image) =>
        [.. image.Select(NameOf).Where(name => IsWithheld(name) && name != VisibleDevices), .. image.Select(NameOf).Where(name => name == VisibleDevices).Select(name => $"{name}=void")];

    /// <summary>What was taken away and the command gets after all, as <c>NAME=value</c>; a shell can export them.</summary>
    public static IEnumerable<string> GivenInside(IReadOnlyList<string> image) =>
        image.Where(variable => NameOf(variable) is var name && IsWithheld(name) && IsIdentifier(name)
            && name != VisibleDevices && !name.StartsWith("TINI_", StringComparison.OrdinalIgnoreCase));

    private static bool IsWithheld(string name) => BeginsWith(name, Withheld) && !BeginsWith(name, Needs);

    private static bool BeginsWith(string name, ImmutableArray<string> starts) => starts.Any(start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase));

    private static bool IsIdentifier(string name) => name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    private static string NameOf(string variable) => variable.Split('=', 2)[0];
}
