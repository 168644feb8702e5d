using System.CommandLine;
using GradientCI.Cli.Output;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci audit</c>: who did what.</summary>
internal static class AuditCommand
{
    public static Command Create(Terminal terminal)
    {
        var since = new Option<string>("--since") { Description = "Only what was done within this time: 12h, 30d, 8w", HelpName = "AGE", DefaultValueFactory = _ => "7d" };
        var limit = new Option<int>("--limit") { Description = "At most so many", HelpName = "N", DefaultValueFactory = _ => 100 };
        var json = new Option<bool>("--json") { Description = "Print JSON for scripts (docs/operations.md)" };
        var command = new Command("audit", "List who approved, started, cancelled or deleted what, newest first.") { since, limit, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var from = terminal.Time.GetUtcNow() - Age.Parse(parsed.GetRequiredValue(since), "--since");
            var entries = await session.Store.ListAuditEntriesAsync(from, Math.Max(1, parsed.GetValue(limit)), cancellationToken);
            terminal.Out.Write(parsed.GetValue(json) ? AuditText.Json(entries) : AuditText.Table(entries));
            return ExitCodes.Done;
        });
        return command;
    }
}
