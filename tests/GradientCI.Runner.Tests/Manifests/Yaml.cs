using System.Text;
using GradientCI.Runner.Manifests;
using GradientCI.Specs;

namespace GradientCI.Runner.Tests.Manifests;

/// <summary>Ways to write and read manifests in tests.</summary>
internal static class Yaml
{
    public static ManifestResult Parse(string text, ServedKeys served = ServedKeys.All) =>
        ManifestParser.Parse(Encoding.UTF8.GetBytes(text), ".gradient.yml", served);

    /// <summary>The one experiment of a body of keys, indented by nothing.</summary>
    public static ExperimentSpec Experiment(string keys) => Experiments("experiments:\n  digits:\n" + Indent(keys, 4)).Single();

    public static IReadOnlyList<ExperimentSpec> Experiments(string text)
    {
        var result = Parse("version: 1\n" + text);
        result.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error).ShouldBeEmpty(text);
        return result.Manifest!.Experiments;
    }

    public static IEnumerable<string> Codes(string keys) => Parse("version: 1\nexperiments:\n  digits:\n" + Indent(keys, 4)).Diagnostics.Select(one => one.Code);

    private static string Indent(string text, int by) => string.Concat(text.Trim('\n').Split('\n').Select(line => new string(' ', by) + line + "\n"));
}
