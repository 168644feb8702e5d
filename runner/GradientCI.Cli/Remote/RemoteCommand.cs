using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using GradientCI.Stores;

namespace GradientCI.Cli.Remote;

/// <summary>A command that a service runs for others. What is not in <see cref="All"/> is run by nobody but whoever sits there.</summary>
/// <param name="Name">Its name, with that of the command above it: <c>token add</c>.</param>
/// <param name="Scope">What a token must allow.</param>
/// <param name="Options">The options that are passed on; all others of the command are refused.</param>
internal sealed record RemoteCommand(string Name, AccessScope Scope, params ImmutableArray<string> Options)
{
    /// <summary>Options that this side sees to; they are not passed on.</summary>
    public ImmutableArray<string> OwnOptions { get; init; } = [];

    /// <summary>Whether it reaches beyond any one project, and so is not for a token of one.</summary>
    public bool IsForAllProjects { get; init; }

    /// <summary>Whether it makes files at the service until they have been sent, and so takes room from its trials.</summary>
    public bool MakesFiles { get; init; }

    /// <summary>All of them.</summary>
    public static ImmutableArray<RemoteCommand> All { get; } =
    [
        new("list", AccessScope.Read, "--all", "--limit", "--json"),
        new("show", AccessScope.Read, "--json"),
        new("logs", AccessScope.Read, "--tail", "--attempt", "--follow"),
        new("watch", AccessScope.Read, "--json"),
        new("compare", AccessScope.Read, "--json"),
        new("why", AccessScope.Read, "--json"),
        new("report", AccessScope.Read, "--format") { OwnOptions = ["--output"] },
        new("export", AccessScope.Read) { OwnOptions = ["--to", "--force"], MakesFiles = true },
        new("run", AccessScope.Run, "--commit", "--set", "--baseline", "--no-cache", "--detach", "--json"),
        new("cancel", AccessScope.Run),
        new("retry", AccessScope.Run, "--json"),
        new("approve", AccessScope.Run, "--sha"),
        new("pin", AccessScope.Run, "--off"),
        new("prune", AccessScope.Admin, "--keep", "--experiment", "--older-than", "--all-projects", "--yes"),
        new("pause", AccessScope.Admin, "--reason") { IsForAllProjects = true },
        new("drain", AccessScope.Admin, "--reason") { IsForAllProjects = true },
        new("resume", AccessScope.Admin) { IsForAllProjects = true },
        new("audit", AccessScope.Admin, "--since", "--limit", "--json") { IsForAllProjects = true },
        new("project list", AccessScope.Read, "--json") { IsForAllProjects = true },
        new("token add", AccessScope.Admin, "--scope", "--project", "--expires") { IsForAllProjects = true },
        new("token list", AccessScope.Admin, "--json") { IsForAllProjects = true },
        new("token remove", AccessScope.Admin) { IsForAllProjects = true },
    ];

    /// <summary>The one that was typed, or null when it is none that a service runs.</summary>
    public static RemoteCommand? Find(ParseResult parsed)
    {
        // Help, versions and what shells ask for completion are actions of their own.
        var typed = NameOf(parsed.CommandResult);
        return parsed.Action == parsed.CommandResult.Command.Action ? All.FirstOrDefault(each => each.Name == typed) : null;
    }

    /// <summary>Whether an option is passed on.</summary>
    public bool Passes(string option) => Options.Contains(option, StringComparer.Ordinal);

    /// <summary>Whether this side sees to an option.</summary>
    public bool SeesTo(string option) => OwnOptions.Contains(option, StringComparer.Ordinal);

    /// <summary>The options of the command itself that were typed.</summary>
    public static IEnumerable<OptionResult> TypedOptions(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Select(parsed.GetResult).OfType<OptionResult>().Where(each => !each.Implicit);

    /// <summary>A command's name, with those above it.</summary>
    public static string NameOf(CommandResult result) => result.Parent is CommandResult { Parent: not null } above ? $"{NameOf(above)} {result.Command.Name}" : result.Command.Name;
}
