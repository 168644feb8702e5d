using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using GradientCI.Runner.Manifests.Shapes;
using GradientCI.Runner.Manifests.Yaml;

namespace GradientCI.Runner.Manifests.Rules;

/// <summary>A metric's pattern runs in time linear in the line, whatever the repository wrote.</summary>
internal static partial class PatternRules
{
    // Building an automaton costs about a millisecond and 300 KB, so a file may have so many different ones.
    private const int MostPatterns = 50;

    // a{1000}{1000} is a million states. Repetitions multiply, so their product is what is bounded.
    private const double MostRepetitions = 1_000;

    public static bool Check(string pattern, YamlNode node, Reading reading, [MaybeNullWhen(false)] out string value)
    {
        value = pattern;
        if (!reading.Patterns.TryGetValue(pattern, out var problem))
        {
            if (reading.Patterns.Count == MostPatterns)
            {
                return reading.Report(DiagnosticCode.OutOfRange, node, $"the file has more than {MostPatterns} different patterns", "print JSON lines instead");
            }

            problem = ProblemOf(pattern);
            reading.Patterns.Add(pattern, problem);
        }

        return problem is null || reading.Report(DiagnosticCode.Pattern, node, problem);
    }

    private static string? ProblemOf(string pattern)
    {
        if (Counted.Matches(pattern).Aggregate(1d, (product, match) => product * Math.Max(1, double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))) > MostRepetitions)
        {
            return "the pattern counts its repetitions beyond 1,000: write + or *";
        }

        try
        {
            var regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return regex.GetGroupNumbers().Length > 1 ? null : "the pattern has no group that is the value: put ( ) around the number";
        }
        catch (NotSupportedException)
        {
            return "the pattern has a back reference, a look-around or the like, which need backtracking";
        }
        catch (ArgumentException problem)
        {
            return $"the pattern is not a regular expression: {Excerpt.Plain(problem.Message)}";
        }
    }

    [GeneratedRegex(@"\{(?:[0-9]+,)?([0-9]+),?\}")]
    private static partial Regex Counted { get; }
}
