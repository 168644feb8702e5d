using System.CommandLine;
using GradientCI.Webhook.Api;
using Microsoft.AspNetCore.Http;

namespace GradientCI.Cli.Remote;

/// <summary>Decides whether a service runs a command for somebody: nothing that is not named as allowed.</summary>
internal static class RemoteAdmission
{
    private static readonly Option[] Forbidden = [GlobalOptions.Data, GlobalOptions.Verbose, GlobalOptions.Server, GlobalOptions.TokenFile];

    /// <exception cref="ApiProblemException">It does not.</exception>
    public static RemoteCommand Admit(ParseResult parsed, ApiCaller caller)
    {
        if (parsed.Errors.Count > 0)
        {
            throw Bad(parsed.Errors[0].Message, $"See: gradientci {RemoteCommand.NameOf(parsed.CommandResult)} --help");
        }

        var command = RemoteCommand.Find(parsed)
            ?? throw Bad("That is no command that a service runs.", $"It runs: {string.Join(", ", RemoteCommand.All.Select(each => each.Name))}.");
        var typed = RemoteCommand.TypedOptions(parsed).Select(each => each.Option.Name)
            .Concat(Forbidden.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name));
        if (typed.FirstOrDefault(option => !command.Passes(option)) is { } refused)
        {
            throw Bad($"A service does not take {refused} of {command.Name}.", "Leave it out.");
        }

        if (caller.Scope < command.Scope || (command.IsForAllProjects && caller.Project is not null))
        {
            throw new ApiProblemException(new ApiProblem(
                StatusCodes.Status403Forbidden,
                caller.Scope < command.Scope
                    ? $"The token {caller.Name} has the scope {Word(caller.Scope)}, and {command.Name} asks for {Word(command.Scope)}."
                    : $"The token {caller.Name} is for one project, and {command.Name} is about all of them.",
                $"Make another one with: gradientci token add NAME --scope {Word(command.Scope)}"));
        }

        return command;
    }

    private static ApiProblemException Bad(string detail, string remedy) => new(ApiProblem.BadRequest(detail, remedy));

    private static string Word(Stores.AccessScope scope) => scope.ToString().ToLowerInvariant();
}
