using System.CommandLine;
using GradientCI.Cli.Output;
using GradientCI.Runner.Backups;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci restore</c>: brings a backup back into an empty data folder.</summary>
internal static class RestoreCommand
{
    public static Command Create(Terminal terminal)
    {
        var from = new Argument<string>("BACKUP") { Description = "The folder that gradientci backup has made" };
        var command = new Command("restore", "Bring a backup back into the data folder, which must be empty.") { from };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var data = Session.Locate(parsed, terminal);
            var restoration = Restoration.Begin(Path.GetFullPath(parsed.GetRequiredValue(from), terminal.Directory), data);
            await Task.Run(restoration.CopyDatabase, cancellationToken);
            var note = new AuditEntry(terminal.Time.GetUtcNow(), terminal.Person, AuditAction.Restored, data.Root, $"as of {restoration.MadeAt:yyyy-MM-dd HH:mm:ss}Z");
            var lost = await DatabaseBackup.SettleAsync(restoration.DraftPath, terminal.Time, note, cancellationToken);
            await Task.Run(() => restoration.CopyFiles(cancellationToken), cancellationToken);
            restoration.Finish();
            terminal.Out.WriteLine(
                $"{data.Root}: {Plain.Count(restoration.Count, "file")}, {ByteText.Of(restoration.Bytes)}, as of {restoration.MadeAt:yyyy-MM-dd HH:mm:ss}Z. All digests are right.");
            if (lost > 0)
            {
                terminal.Out.WriteLine($"{Plain.Count(lost, "trial")} had not ended and will count as lost; their runs go on with: gradientci worker --until-idle --data {data.Root}");
            }

            return ExitCodes.Done;
        });
        return command;
    }
}
