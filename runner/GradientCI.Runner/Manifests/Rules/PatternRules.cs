using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using GradientCI.Runner.Manifests.Shapes;
using GradientCI.Runner.Manifests.Yaml;

namespace GradientCI.Runner.Manifests.Rules;

/// <summary>A metric's pattern runs in time linear in the line, whatever the repository wrote.</summary>
internal static partial class PatternRules
{
    // a{1000}{1000} is a million states. Repetitions multiply, so their product is what is bounded.
    private const double MostRepetitions = 1_000;

    public static bool Check(string pattern, YamlNode node, Reading reading, [MaybeNullWhen(false)] out string value)
    {
        value = pattern;
        if (Counted.Matches(pattern).Aggregate(1d, (product, match) => product * Math.Max(1, double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))) > MostRepetitions)
        {
            return reading.Report(DiagnosticCode.Pattern, node, "the pattern repeats too often", "write + or * for long repetitions");
        }

        try
        {
            var regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return regex.GetGroupNumbers().Length > 1
                || reading.Report(DiagnosticCode.Pattern, node, "the pattern has no group that is the value", "put ( ) around the number");
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            return reading.Report(
                DiagnosticCode.Pattern, node, $"the pattern cannot be used: {Excerpt.Plain(problem.Message)}",
                problem is NotSupportedException ? "write it without back references and look-around" : null);
        }
    }

    [GeneratedRegex(@"\{(?:[0-9]+,)?([0-9]+),?\}")]
    private static partial Regex Counted { get; }
}
