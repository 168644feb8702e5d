using System.CommandLine;
using GradientCI.Cli.Output;
using GradientCI.Cli.Projects;
using GradientCI.Cli.Secrets;
using GradientCI.Experiments;
using GradientCI.Runner.Secrets;
using GradientCI.Stores;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci secret</c>: what trials are given and nobody is shown.</summary>
internal static class SecretCommand
{
    public static Command Create(Terminal terminal) => new("secret", "Keep secrets for trials (docs/secrets.md).")
    {
        Set(terminal),
        List(terminal),
        Remove(terminal),
        Rotate(terminal),
    };

    private static Command Set(Terminal terminal)
    {
        var name = Name();
        var project = Project("Only for this project, by its name or id [default: every project]");
        var file = new Option<string?>("--from-file") { Description = "Take the value from a file [default: from standard input]", HelpName = "FILE" };
        var command = new Command("set", "Keep a secret, in the place of one of that name. The value comes from standard input.") { name, project, file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var wanted = SecretRules.CheckName(parsed.GetRequiredValue(name));
            var value = await SecretInput.ReadAsync(parsed.GetValue(file), terminal, cancellationToken);
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var owner = await FindProjectAsync(session, parsed.GetValue(project), cancellationToken);
            await SecretVaults.Open(session).SetAsync(owner, wanted, value, terminal.Person, cancellationToken);
            terminal.Out.WriteLine(Plain.Line($"{wanted} is set for {SealedSecret.OwnerOf(owner)}."));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command List(Terminal terminal)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON for scripts" };
        var command = new Command("list", "List the names of secrets, when they were set and by whom; never values.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var secrets = await session.Store.ListSecretsAsync(cancellationToken);
            terminal.Out.Write(parsed.GetValue(json) ? SecretText.Json(secrets) : SecretText.Table(secrets));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Remove(Terminal terminal)
    {
        var name = Name();
        var project = Project("The one of this project [default: that of every project]");
        var command = new Command("remove", "Forget a secret. Runs that ask for it end with an error from now on.") { name, project };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var owner = await FindProjectAsync(session, parsed.GetValue(project), cancellationToken);
            var wanted = parsed.GetRequiredValue(name);
            if (!await session.Store.RemoveSecretAsync(owner, wanted, session.Sign(), cancellationToken))
            {
                throw new GradientException(FailureKind.Usage, $"There is no secret {wanted} for {SealedSecret.OwnerOf(owner)}.", "See those there are with: gradientci secret list");
            }

            terminal.Out.WriteLine(Plain.Line($"{wanted} is removed."));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Rotate(Terminal terminal)
    {
        var command = new Command("rotate", "Seal all secrets with a new key.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var count = await SecretVaults.Open(session).RotateAsync(session.Sign(), cancellationToken);
            terminal.Out.WriteLine($"{Plain.Count(count, "secret")} sealed with a new key. Copy the key file anew to where you keep it.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Argument<string> Name() => new("NAME") { Description = "Its name, and the variable's that trials find it in" };

    private static Option<string?> Project(string description) => new("--project") { Description = description, HelpName = "NAME" };

    private static async Task<ProjectId?> FindProjectAsync(Session session, string? text, CancellationToken cancellationToken) =>
        text is null ? null : (await ProjectLookup.FindAsync(session, text, cancellationToken)).Project.Id;
}
