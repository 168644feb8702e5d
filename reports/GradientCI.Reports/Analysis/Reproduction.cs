using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using GradientCI.Experiments;
using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Analysis;

/// <summary>How to run the parameter set of a trial again: a line to paste, and what to write into the manifest.</summary>
/// <remarks>All of it is visible ASCII, whatever the parameters hold, so that what is pasted is what is seen.</remarks>
/// <param name="Command">The line for a shell.</param>
/// <param name="Manifest">The lines for the experiment, in place of its <c>parameters</c> and its <c>sweep</c>; none when it has no parameters.</param>
public sealed record Reproduction(string Command, ImmutableArray<string> Manifest)
{
    // Nobody pastes more than that, and no page shows a longer text whole.
    private const int Longest = 4_000;

    /// <summary>Of a trial. When its parameters are too long to paste, they go by way of an export.</summary>
    public static Reproduction Of(Run run, Trial trial)
    {
        var command = new StringBuilder($"gradientci run {run.Id.Experiment} --commit {run.Commit.Sha}");
        foreach (var (name, value) in trial.Parameters)
        {
            command.Append(CultureInfo.InvariantCulture, $" --set {ShellWord.Paste($"{name}={value}")}");
        }

        command.Append(" --no-cache");
        ImmutableArray<string> manifest = trial.Parameters.Count == 0 ? [] : ["parameters:", .. trial.Parameters.Select(item => $"  {Name(item.Key)}: {Value(item.Value)}")];
        return command.Length > Longest || manifest.Any(line => line.Length > Longest) ? ByExport(trial.Id) : new Reproduction(command.ToString(), manifest);
    }

    private static Reproduction ByExport(TrialId trial)
    {
        var archive = $"{trial.Run.Experiment}-{trial.Run.Number}.tar.gz";
        return new Reproduction(
            $"gradientci export '{trial.Run}' --to {archive} && gradientci run --from {archive} --trial {trial.Number}",
            [$"# The parameters are too long to be shown; trials/{trial.Number}/trial.json of the export has them."]);
    }

    private static string Name(string name) =>
        name.All(each => char.IsAsciiLetterOrDigit(each) || each is '_' or '-') && name.Length > 0 && char.IsAsciiLetter(name[0]) && !IsWord(name) ? name : Quoted(name);

    private static string Value(ParameterValue value) => value.Kind switch
    {
        ParameterKind.Number when double.IsNaN(value.AsDouble) => ".nan",
        ParameterKind.Number when double.IsInfinity(value.AsDouble) => value.AsDouble > 0 ? ".inf" : "-.inf",

        // A number of 1 stays a number: 1 would be an integer.
        ParameterKind.Number => value.ToString() is var text && text.AsSpan().IndexOfAny('.', 'E') >= 0 ? text : $"{text}.0",
        ParameterKind.Text => Quoted(value.ToString()),
        _ => value.ToString(),
    };

    // What some version of YAML takes for a truth value or for nothing.
    private static bool IsWord(string name) => name.ToUpperInvariant() is "NULL" or "TRUE" or "FALSE" or "YES" or "NO" or "ON" or "OFF" or "Y" or "N";

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        var previous = default(Rune);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' or '\\' => quoted.Append('\\').Append((char)rune.Value),
                ' ' when previous.Value is ' ' or 0 => quoted.Append("\\x20"),
                >= ' ' and <= '~' => quoted.Append((char)rune.Value),
                <= 0xFF => quoted.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:X2}"),
                <= 0xFFFF => quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}"),
                _ => quoted.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}"),
            };
            previous = rune;
        }

        return quoted.Append('"').ToString();
    }
}
