using System.Text.RegularExpressions;

namespace GradientCI.Runner.Manifests.Yaml;

/// <summary>Guesses what a line that is not YAML was meant to say.</summary>
internal static partial class YamlHint
{
    /// <summary>The first tab that indents a line: the reader blames the map that the line is in.</summary>
    public static Place? TabIn(string text) => IndentingTab.Match(text) is { Success: true } match
        ? new Place(text.AsSpan(0, match.Index + match.Length).Count('\n') + 1, match.Length)
        : null;

    /// <summary>What to write instead, or null.</summary>
    public static string? For(string text, Place place)
    {
        var line = text.Split('\n').ElementAtOrDefault(place.Line - 1) ?? "";
        return IndentingTab.IsMatch(line) ? "indent with spaces, not with tabs"
            : Comparison.Match(line) is { Success: true } comparison ? $"put the value in quotes: \"{Excerpt.Plain(comparison.Groups[1].Value)}\""
            : SpecialStart.IsMatch(line) ? "put the value in quotes"
            : TwoColons.IsMatch(line) ? "a value with a colon and a space needs quotes around all of it"
            : null;
    }

    [GeneratedRegex(@"^ *\t", RegexOptions.Multiline)]
    private static partial Regex IndentingTab { get; }

    [GeneratedRegex(@": *((?:>=?|<=?|==) *[-+0-9.eE]+)")]
    private static partial Regex Comparison { get; }

    [GeneratedRegex(@"[:,\[-] +[%@`*&!]")]
    private static partial Regex SpecialStart { get; }

    [GeneratedRegex(@":[ ].*:[ ]")]
    private static partial Regex TwoColons { get; }
}
