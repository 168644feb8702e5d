using System.CommandLine;
using GradientCI.Runner.Manifests;

namespace GradientCI.Cli.Output;

/// <summary>A command line that cannot be read: what is wrong with it, and where help is.</summary>
internal static class UsageErrors
{
    /// <summary>Prints every error.</summary>
    /// <returns><see cref="ExitCodes.Usage"/>.</returns>
    public static int Print(ParseResult parsed, Terminal terminal)
    {
        var command = parsed.CommandResult.Command;
        var path = command is RootCommand ? "gradientci" : $"gradientci {command.Name}";
        if (command is RootCommand && parsed.UnmatchedTokens.Count > 0)
        {
            var word = parsed.UnmatchedTokens[0];
            var commands = command.Subcommands.Where(each => !each.Hidden).Select(each => each.Name).ToList();
            terminal.Say($"error: There is no command '{Plain.Line(word)}'.");
            terminal.Say(Spelling.Nearest(word, commands) is { } near ? $"hint: Did you mean: gradientci {near}" : "hint: See: gradientci --help");
            return ExitCodes.Usage;
        }

        foreach (var message in parsed.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal))
        {
            terminal.Say($"error: {Plain.Line(message)}");
        }

        terminal.Say($"hint: See: {path} --help");
        return ExitCodes.Usage;
    }
}
