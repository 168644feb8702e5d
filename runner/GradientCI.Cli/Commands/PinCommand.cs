using System.CommandLine;
using GradientCI.Stores;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci pin</c>: a run that <c>prune</c> never deletes.</summary>
internal static class PinCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = GlobalOptions.Run();
        var repository = GlobalOptions.Repository();
        var off = new Option<bool>("--off") { Description = "Take the pin off again" };
        var command = new Command("pin", "Keep a run whatever prune is told.") { id, repository, off };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var run = (await session.FindHereAsync(parsed.GetRequiredValue(id), parsed.GetRequiredValue(repository), cancellationToken)).Whole("pin");
            var isPinned = !parsed.GetValue(off);
            await session.Store.PinRunAsync(run.Id, isPinned, session.Sign(), cancellationToken);
            terminal.Out.WriteLine(isPinned ? $"{run.Id} is pinned: prune keeps it." : $"{run.Id} is not pinned.");
            return ExitCodes.Done;
        });
        return command;
    }
}
