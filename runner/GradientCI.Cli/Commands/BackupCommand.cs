using System.CommandLine;
using GradientCI.Cli.Output;
using GradientCI.Runner;
using GradientCI.Runner.Backups;
using GradientCI.Storage.Sqlite;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci backup</c>: copies the data folder while others work in it.</summary>
internal static class BackupCommand
{
    private const int MostShown = 10;

    public static Command Create(Terminal terminal)
    {
        var target = new Argument<string>("DIR") { Description = "The folder that will hold the backup; must not exist" };
        var databaseOnly = new Option<bool>("--database-only") { Description = "Leave out logs, artifacts, checkpoints, reports and storage" };
        var command = new Command("backup", "Copy everything that cannot be made again, while others work.") { target, databaseOnly };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var data = Session.Locate(parsed, terminal);
            var folder = Path.GetFullPath(parsed.GetRequiredValue(target), terminal.Directory);
            using var backup = BackupFolder.Begin(folder, data);
            await DatabaseBackup.CopyAsync(data.Database, backup.DatabasePath, cancellationToken);
            backup.AddDatabase();
            if (!parsed.GetValue(databaseOnly))
            {
                await Task.Run(() => backup.AddFiles(data, cancellationToken), cancellationToken);
            }

            backup.Finish(terminal.Time.GetUtcNow());
            foreach (var sentence in backup.LeftOut.Take(MostShown))
            {
                terminal.Say($"warning: Left out: {Plain.Line(sentence)}");
            }

            if (backup.LeftOut.Count > MostShown)
            {
                terminal.Say($"warning: Left out: {backup.LeftOut.Count - MostShown} more.");
            }

            terminal.Out.WriteLine($"{folder}: {Plain.Count(backup.Count, "file")}, {ByteText.Of(backup.Bytes)}. Bring it back with: gradientci restore {folder} --data DIR");
            return ExitCodes.Done;
        });
        return command;
    }
}
