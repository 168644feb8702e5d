using System.Text.RegularExpressions;

namespace GradientCI.Runner.Manifests.Yaml;

/// <summary>Guesses what a line that is not YAML was meant to say.</summary>
internal static partial class YamlHint
{
    public static string? For(string text, Place place)
    {
        var line = text.Split('\n').ElementAtOrDefault(place.Line - 1) ?? "";
        return line.Contains('\t', StringComparison.Ordinal) ? "indent with spaces, not with tabs"
            : Comparison.Match(line) is { Success: true } comparison ? $"put the value in quotes: \"{Excerpt.Plain(comparison.Groups[1].Value)}\""
            : SpecialStart.IsMatch(line) ? "put the value in quotes"
            : TwoColons.IsMatch(line) ? "a value with a colon and a space needs quotes around all of it"
            : null;
    }

    [GeneratedRegex(@": *((?:>=?|<=?|==) *[-+0-9.eE]+)")]
    private static partial Regex Comparison { get; }

    [GeneratedRegex(@"[:,\[-] +[%@`*&!]")]
    private static partial Regex SpecialStart { get; }

    [GeneratedRegex(@":[ ].*:[ ]")]
    private static partial Regex TwoColons { get; }
}
