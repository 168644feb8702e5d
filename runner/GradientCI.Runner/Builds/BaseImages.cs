using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace GradientCI.Runner.Builds;

/// <summary>The images that the stages of a Dockerfile begin with.</summary>
/// <remarks>An image can have instructions of its own for whoever builds on it, so each has to be known before the build.</remarks>
internal static partial class BaseImages
{
    /// <summary>Finds them, whichever way an Engine may read the file.</summary>
    /// <param name="text">The Dockerfile.</param>
    /// <param name="args">The build's arguments.</param>
    /// <exception cref="GradientException">Usage: the name of one cannot be told from the file.</exception>
    public static ImmutableArray<string> Of(string text, IReadOnlyDictionary<string, string> args) =>
        [.. Dockerfile.Readings(text).SelectMany(lines => Of(lines, args)).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<string> Of(IReadOnlyList<string> lines, IReadOnlyDictionary<string, string> args)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var stages = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines)
        {
            // Those of a stage say nothing of the next one's base.
            if (stages.Count == 0 && Argument.Match(line) is { Success: true } argument)
            {
                AddTo(values, argument.Groups["words"].Value, args);
            }

            // What ends so goes on in another reading; in this one it names no image.
            if (!Begins.IsMatch(line) || line.EndsWith('\\') || line.EndsWith('`'))
            {
                continue;
            }

            var from = From.Match(line);
            var name = from.Success ? Expand(from.Groups["name"].Value, values) : null;
            if (name is null)
            {
                throw new GradientException(
                    FailureKind.Usage, $"The base image of the Dockerfile cannot be told from: {(line.Length > 200 ? line[..200] + "…" : line).Trim()}",
                    "Name it plainly after FROM, or as ${NAME} of a plain ARG before the first FROM.");
            }

            if (name != "scratch" && !stages.Contains(name))
            {
                yield return name;
            }

            stages.Add(from.Groups["stage"] is { Success: true, Value: var stage } ? stage : $"\n{stages.Count}");
        }
    }

    private static void AddTo(Dictionary<string, string> values, string words, IReadOnlyDictionary<string, string> args)
    {
        foreach (var word in words.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = word.Split('=', 2) is [var left, var right] ? (left, right.Trim('"', '\'')) : (word, "");
            values[name] = args.GetValueOrDefault(name, value);
        }
    }

    private static string? Expand(string name, Dictionary<string, string> values)
    {
        var isKnown = true;
        var expanded = Variable.Replace(name, match =>
        {
            isKnown &= values.TryGetValue(match.Groups["name"].Value, out var value);
            return value ?? "";
        });
        return isKnown && Plain.IsMatch(expanded) ? expanded : null;
    }

    [GeneratedRegex(@"\A\s*ARG\s+(?<words>.*)", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Argument { get; }

    [GeneratedRegex(@"\A\s*FROM\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Begins { get; }

    [GeneratedRegex(@"\A\s*FROM\s+(--\S+\s+)*(?<name>[^\s-]\S*)(\s+AS\s+(?<stage>\S+))?\s*\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex From { get; }

    [GeneratedRegex(@"\$(\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}|(?<name>[A-Za-z_][A-Za-z0-9_]*))", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Variable { get; }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._/:@-]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Plain { get; }
}
