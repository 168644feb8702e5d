using System.Collections.Immutable;
using GradientCI.Reports.Analysis;
using GradientCI.Runner.Manifests;

namespace GradientCI.Webhook.Commands;

/// <summary>Comments in, commands out. Pure; whatever is written, it ends soon and with few commands.</summary>
internal static class CommandParser
{
    /// <summary>What a command's line begins with.</summary>
    public const string Prefix = "/gradient";

    /// <summary>The most commands of a comment that are seen to.</summary>
    public const int MostCommands = 5;

    /// <summary>The most characters of a command.</summary>
    public const int LongestCommand = 500;

    private const int LongestComment = 65_536;
    private const int LongestText = 120;
    private const int MostOverrides = 20;

    /// <summary>The commands of a comment, in order; one more than are seen to says so.</summary>
    public static ImmutableArray<TypedCommand> Parse(string comment)
    {
        var commands = CommentLines.Spoken(comment.Length <= LongestComment ? comment : comment[..LongestComment])
            .Where(IsCommand)
            .Take(MostCommands + 1)
            .Select(Read)
            .ToImmutableArray();
        return commands.Length <= MostCommands
            ? commands
            : [.. commands.Take(MostCommands), Wrong(commands[^1].Text, $"A comment may have {MostCommands} commands; from this one on they are left out.")];
    }

    private static bool IsCommand(string line) =>
        line.StartsWith(Prefix, StringComparison.Ordinal) && (line.Length == Prefix.Length || char.IsWhiteSpace(line[Prefix.Length]));

    private static TypedCommand Read(string line)
    {
        if (line.Length > LongestCommand)
        {
            return Wrong(line, $"A command has at most {LongestCommand} characters.");
        }

        var words = line[Prefix.Length..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return new TypedCommand { Text = Shown(line), Verb = CommandVerb.Help };
        }

        if (CommandUsage.All.FirstOrDefault(usage => string.Equals(usage.Word, words[0], StringComparison.OrdinalIgnoreCase)) is not { } known)
        {
            var meant = Spelling.Nearest(words[0], CommandUsage.All.Select(usage => usage.Word));
            return Wrong(line, meant is null
                ? $"There is no such command. The commands are: {string.Join(", ", CommandUsage.All.Select(usage => usage.Word))}."
                : $"There is no such command; did you mean {Prefix} {meant}?");
        }

        return Read(line, known, words[1..]);
    }

    private static TypedCommand Read(string line, CommandUsage usage, string[] arguments)
    {
        var command = new TypedCommand { Text = Shown(line), Verb = usage.Verb };
        switch (usage.Verb)
        {
            case CommandVerb.Run:
                var names = arguments.Where(word => !word.Contains('=', StringComparison.Ordinal)).ToList();
                ImmutableArray<string> overrides = [.. arguments.Where(word => word.Contains('=', StringComparison.Ordinal))];
                return names.Count > 1 ? Wrong(line, $"One experiment at a time, and parameters as name=value without blanks: {usage.Line}")
                    : overrides.Any(word => word.StartsWith('=')) ? Wrong(line, $"A parameter has its name before the equals sign: {usage.Line}")
                    : overrides.Length > MostOverrides ? Wrong(line, $"At most {MostOverrides} parameters can be fixed at once.")
                    : command with { Argument = names.FirstOrDefault() ?? "", Overrides = overrides };
            case CommandVerb.Compare:
                return arguments is [var reference] ? command with { Argument = reference } : Wrong(line, $"Name one branch, tag, commit or run: {usage.Line}");
            case CommandVerb.Help:
                return command;
            default:
                return arguments.Length == 0 ? command : Wrong(line, $"Nothing may follow: {usage.Line}");
        }
    }

    private static TypedCommand Wrong(string line, string mistake) => new() { Text = Shown(line), Mistake = mistake };

    private static string Shown(string line) => PlainText.Of(line, LongestText);
}
