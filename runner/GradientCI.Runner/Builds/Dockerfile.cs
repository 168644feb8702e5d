using System.Text;
using System.Text.RegularExpressions;

namespace GradientCI.Runner.Builds;

/// <summary>What of a Dockerfile is not left to the Engine.</summary>
/// <remarks>
/// <c>ADD</c> of an address is not done by a command in a container: the Engine itself fetches it, as root and on the machine's own network, whichever
/// network the build has; a cloud's metadata address is there. So it is refused, and with it every <c>ADD</c> of which one cannot see what it adds.
/// </remarks>
internal static partial class Dockerfile
{
    /// <summary>The most bytes that are read.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Why it is not built, one sentence, or null.</summary>
    public static string? FindProblem(string text) =>
        Readings(text).SelectMany(lines => lines).Select(line => AddInstruction.Match(line)).Any(add => add.Success && !IsPlain(add.Groups["sources"].Value))
            ? "The Dockerfile has an ADD of an address, of a variable or with escapes, which the Engine would fetch on this machine's own network."
            : null;

    /// <summary>The instructions, each on one line and without comments, in every way in which an Engine may read them.</summary>
    /// <remarks>Whether a line goes on with the next depends on the Engine's version, and on a directive.</remarks>
    public static IEnumerable<IReadOnlyList<string>> Readings(string text)
    {
        var escapes = text.Contains("escape", StringComparison.OrdinalIgnoreCase) ? "\\`" : "\\";
        return escapes.SelectMany(escape => new IReadOnlyList<string>[] { [.. LinesOf(text, escape, isDoubled: true)], [.. LinesOf(text, escape, isDoubled: false)] });
    }

    // Quotes may stand anywhere within a word.
    private static bool IsPlain(string sources) =>
        sources.AsSpan().IndexOfAny('$', '\\', '`') < 0
        && !sources.Replace("\"", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal).Contains("://", StringComparison.Ordinal);

    /// <summary>The instructions, each on one line, without comments.</summary>
    /// <param name="text">The file.</param>
    /// <param name="escape">What a line that goes on ends with.</param>
    /// <param name="isDoubled">Whether a line goes on, too, that ends with two of them.</param>
    private static IEnumerable<string> LinesOf(string text, char escape, bool isDoubled)
    {
        var instruction = new StringBuilder();
        foreach (var line in text.Split('\n').Select(line => line.TrimEnd(' ', '\t', '\r')))
        {
            if (line.AsSpan().TrimStart().StartsWith("#") || (instruction.Length > 0 && line.Length == 0))
            {
                continue;
            }

            var goesOn = line.EndsWith(escape) && (isDoubled || !line.AsSpan(0, line.Length - 1).EndsWith([escape]));
            instruction.Append(goesOn ? line.AsSpan(0, line.Length - 1) : line);
            if (!goesOn)
            {
                yield return instruction.ToString();
                instruction.Clear();
            }
        }

        yield return instruction.ToString();
    }

    [GeneratedRegex(@"\A\s*(ONBUILD\s+)*ADD\b(?<sources>.*)", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex AddInstruction { get; }
}
