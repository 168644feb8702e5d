using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GradientCI.Runner.Manifests.Yaml;

namespace GradientCI.Runner.Manifests.Shapes;

/// <summary>Paths and globs, which never lead out of the repository.</summary>
internal static partial class Paths
{
    private const int Longest = 500;
    private const int MostGlobs = 100;

    /// <summary>A path inside the repository.</summary>
    public static Shape<string> Relative { get; } = Inside("a path inside the repository");

    /// <summary>Globs inside the repository: <c>*</c> within a folder, <c>**</c> across folders.</summary>
    public static Shape<ImmutableArray<string>> Globs { get; } = new ListShape<string>(Inside("a glob such as `src/**`"), MostGlobs);

    /// <summary>The same, or one glob alone.</summary>
    public static Shape<ImmutableArray<string>> GlobOrGlobs { get; } =
        new Forms<ImmutableArray<string>>(Inside("a glob such as `src/**`").Select(glob => ImmutableArray.Create(glob)), Globs);

    /// <summary>Globs over names of branches or tags.</summary>
    public static Shape<ImmutableArray<string>> RefGlobs { get; } =
        new ListShape<string>(Scalars.Text("a glob such as `main` or `exp/**`", 250, RefPattern), MostGlobs);

    /// <summary>A path in the trial's container.</summary>
    public static Shape<string> Absolute { get; } = Scalars.Text("an absolute path such as `/datasets/mnist`", Longest, AbsolutePattern);

    private static ScalarShape<string> Inside(string summary) => new(
        summary,
        () => new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = Longest, ["pattern"] = SchemaText.PatternOf(InsidePattern) },
        (YamlScalar scalar, Reading reading, [MaybeNullWhen(false)] out string value) =>
        {
            value = scalar.Text;
            return Scalars.IsText(scalar, summary, reading) && Scalars.IsShort(scalar, Longest, reading)
                && (InsidePattern.IsMatch(value) || reading.Report(
                    DiagnosticCode.Path, scalar, $"{scalar.Kind} is not {summary}", "write it relative to the repository, with / between folders, without .. and without a leading !"));
        });

    [GeneratedRegex(@"\A(?![/!~])(?!(?:.*/)?\.\.(?:/|$))[^\\\x00-\x1F\x7F]+\z")]
    private static partial Regex InsidePattern { get; }

    [GeneratedRegex(@"\A[^\s\x00-\x1F\x7F\\~^:!-][^\s\x00-\x1F\x7F\\~^:]*\z")]
    private static partial Regex RefPattern { get; }

    [GeneratedRegex(@"\A(?!.*/\.{0,2}(?:/|$))/[^\\:,\x00-\x1F\x7F]+\z")]
    private static partial Regex AbsolutePattern { get; }
}
