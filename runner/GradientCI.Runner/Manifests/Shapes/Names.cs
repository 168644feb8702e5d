using System.Collections.Immutable;
using System.Text.RegularExpressions;
using GradientCI.Metrics;

namespace GradientCI.Runner.Manifests.Shapes;

/// <summary>The rules for names, paths and globs.</summary>
internal static partial class Names
{
    /// <summary>Words that templates mean something else by.</summary>
    public static readonly ImmutableArray<string> TemplateWords = ["args", "seed", "trial", "sha"];

    /// <summary>
    /// Variables that the repository may not set: they would lead the trial away from what GradientCI gives it (its
    /// GPUs, its parameters) or load foreign code into programs that run before the command.
    /// </summary>
    public static readonly ImmutableArray<string> DeniedVariables = ["PATH", "CUDA_VISIBLE_DEVICES"];

    /// <summary>The same by prefix.</summary>
    public static readonly ImmutableArray<string> DeniedPrefixes = ["GRADIENT_", "PARAM_", "LD_", "DOCKER_", "GIT_", "NVIDIA_"];

    public static NameRule Experiment { get; } = new(
        "the name of an experiment", "<experiment>", ExperimentPattern, "a-z, 0-9, _ and -, at most 63, beginning with a letter or digit");

    public static NameRule Parameter { get; } = new(
        "the name of a parameter", "<parameter>", ParameterPattern, "letters, digits and _, at most 63, not beginning with a digit",
        name => TemplateWords.Contains(name, StringComparer.Ordinal) ? $"in a template `{name}` is something else" : null);

    public static NameRule Variable { get; } = new(
        "the name of a variable", "<variable>", VariablePattern, "letters, digits and _, at most 100, not beginning with a digit",
        name => DeniedVariables.Contains(name, StringComparer.Ordinal) || DeniedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))
            ? "GradientCI or the system's loader sets it"
            : null);

    public static NameRule Metric { get; } = new(
        "the name of a metric", "<metric>", MetricPattern, $"1 to {MetricLimits.NameLength} characters without control characters, no space at either end");

    public static NameRule Dataset { get; } = new(
        "the name of a data set", "<dataset>", DatasetPattern, "letters, digits, ., _ and -, at most 100, beginning with a letter or digit");

    /// <summary>A name in a build, which is handed on as it is.</summary>
    public static NameRule BuildArgument { get; } = new(
        "the name of a build argument", "<argument>", VariablePattern, "letters, digits and _, at most 100, not beginning with a digit");

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_-]{0,62}\z")]
    private static partial Regex ExperimentPattern { get; }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,62}\z")]
    private static partial Regex ParameterPattern { get; }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,99}\z")]
    private static partial Regex VariablePattern { get; }

    [GeneratedRegex(@"\A(?! )[^\x00-\x1F\x7F]{1,200}(?<! )\z")]
    private static partial Regex MetricPattern { get; }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex DatasetPattern { get; }
}
