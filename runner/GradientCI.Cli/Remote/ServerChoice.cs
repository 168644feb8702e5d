using System.CommandLine;

namespace GradientCI.Cli.Remote;

/// <summary>Whether a command is run here or at a service: <c>--server</c>, else <c>GRADIENTCI_SERVER</c> unless a data folder was named.</summary>
internal static class ServerChoice
{
    private const string ServerVariable = "GRADIENTCI_SERVER";
    private const string TokenVariable = "GRADIENTCI_TOKEN";

    /// <summary>The call of a service, or null when the command is run here.</summary>
    /// <exception cref="GradientException">Usage: what was typed makes no sense at a service.</exception>
    public static RemoteCall? Of(ParseResult parsed, Terminal terminal)
    {
        var typed = parsed.GetValue(GlobalOptions.Server);
        var namesData = parsed.GetResult(GlobalOptions.Data) is { Implicit: false };
        if ((typed ?? (namesData ? null : terminal.Variable(ServerVariable))) is not { Length: > 0 } text || parsed.Action != parsed.CommandResult.Command.Action)
        {
            return null;
        }

        if (RemoteCommand.Find(parsed) is not { } command)
        {
            return typed is null ? null : throw new GradientException(
                FailureKind.Usage, $"{RemoteCommand.NameOf(parsed.CommandResult)} is about this machine, and no service runs it.", "Leave --server out.");
        }

        if (typed is not null && namesData)
        {
            throw new GradientException(FailureKind.Usage, "--data is a folder of this machine, and a service has its own.", "Leave out --data or --server.");
        }

        Check(parsed, command);
        return new RemoteCall(command, parsed, new RemoteService(Address(text), Token(parsed, terminal), terminal.Time), terminal);
    }

    private static void Check(ParseResult parsed, RemoteCommand command)
    {
        var typed = RemoteCommand.TypedOptions(parsed).Select(each => each.Option.Name).ToList();
        if (typed.FirstOrDefault(option => option != "--repo" && !command.Passes(option) && !command.SeesTo(option)) is { } option)
        {
            throw new GradientException(FailureKind.Usage, $"{option} has no meaning at a service.", "Leave it out, or leave --server out to work on this machine.");
        }

        if (command.Name == "report" && !typed.Contains("--output") && !typed.Contains("--format"))
        {
            throw new GradientException(FailureKind.Usage, "The report of a service needs a place here.", "Name a folder with --output DIR, or print one format with --format NAME.");
        }
    }

    private static Uri Address(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        && url is { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 }
            ? url
            : throw new GradientException(FailureKind.Usage, "--server or GRADIENTCI_SERVER is no address of a service.", "Write https://HOST, with a path where a proxy needs one.");

    private static string? Token(ParseResult parsed, Terminal terminal)
    {
        var text = parsed.GetValue(GlobalOptions.TokenFile) is { } file
            ? File.ReadAllText(Path.GetFullPath(file, terminal.Directory))
            : terminal.Variable(TokenVariable);
        return text?.Trim() switch
        {
            null or "" => null,
            var token when token.All(each => each is > ' ' and < '\u007f') => token,
            _ => throw new GradientException(FailureKind.Usage, "What was given as a token is none.", "Give what gradientci token add printed: gci_ and 43 characters."),
        };
    }
}
