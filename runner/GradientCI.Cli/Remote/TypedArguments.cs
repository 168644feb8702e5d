using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;

namespace GradientCI.Cli.Remote;

/// <summary>What was typed, as the service is to read it.</summary>
internal static class TypedArguments
{
    private const string OptionsEnd = "--";

    /// <summary>The command with those of its options that are passed on, and its arguments.</summary>
    /// <param name="parsed">What was typed.</param>
    /// <param name="command">What is passed on of it.</param>
    /// <param name="instead">Values that stand for others: a commit for the name that it has here. By option.</param>
    public static ImmutableArray<string> Of(ParseResult parsed, RemoteCommand command, IReadOnlyDictionary<string, string> instead)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        words.AddRange(command.Name.Split(' '));
        foreach (var option in RemoteCommand.TypedOptions(parsed).Where(each => command.Passes(each.Option.Name) && !instead.ContainsKey(each.Option.Name)))
        {
            words.AddRange(option.Tokens.Count == 0 ? [option.Option.Name] : option.Tokens.Select(token => $"{option.Option.Name}={token.Value}"));
        }

        words.AddRange(instead.Select(each => $"{each.Key}={each.Value}"));
        words.Add(OptionsEnd);
        words.AddRange(parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value));
        return words[^1] == OptionsEnd ? [.. words.Take(words.Count - 1)] : words.ToImmutable();
    }
}
