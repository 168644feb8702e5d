using System.Globalization;
using GradientCI.Runner;
using GradientCI.Runner.Backups;
using GradientCI.Storage.Sqlite;
using GradientCI.Webhook.Hosting;
using Microsoft.Extensions.Logging;

namespace GradientCI.Cli.Services;

/// <summary><c>gradientci backup</c>, done by the service: a folder each time, of which the newest stay.</summary>
internal sealed partial class ScheduledBackup(DataFolder data, UpkeepOptions options, TimeProvider time, ILogger<ScheduledBackup> logger)
{
    private const string Prefix = "gradientci-";
    private const string Partial = ".partial";
    private const string Format = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>Makes a backup, and then lets the oldest go.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var folder = options.BackupFolder!;
        Directory.CreateDirectory(folder);
        RemoveCutShort(folder);
        var now = time.GetUtcNow();
        var target = Path.Combine(folder, Prefix + now.ToString(Format, CultureInfo.InvariantCulture));
        using (var backup = BackupFolder.Begin(target, data))
        {
            await DatabaseBackup.CopyAsync(data.Database, backup.DatabasePath, cancellationToken);
            backup.AddDatabase();
            await Task.Run(() => backup.AddFiles(data, cancellationToken), cancellationToken);
            backup.Finish(now);
            LogMade(target, backup.Count, backup.Bytes);
            foreach (var sentence in backup.LeftOut.Take(1))
            {
                LogLeftOut(backup.LeftOut.Count, sentence);
            }
        }

        // Only after a new one is whole, and only what this service names so.
        foreach (var old in Directory.GetDirectories(folder, Prefix + "*").Where(IsOurs).OrderDescending(StringComparer.Ordinal).Skip(options.KeepBackups))
        {
            Directory.Delete(old, recursive: true);
            LogRemoved(old);
        }
    }

    // No other service of this data folder lives, so whoever made it died.
    private static void RemoveCutShort(string folder)
    {
        foreach (var left in Directory.GetDirectories(folder, Prefix + "*" + Partial).Where(path => IsOurs(path[..^Partial.Length])))
        {
            Directory.Delete(left, recursive: true);
        }
    }

    private static bool IsOurs(string path) => DateTimeOffset.TryParseExact(
        Path.GetFileName(path)[Prefix.Length..], Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    [LoggerMessage(Level = LogLevel.Information, Message = "The backup {Folder} was made: {Files} files, {Bytes} bytes.")]
    private partial void LogMade(string folder, int files, long bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} files were left out of the backup, {First} among them.")]
    private partial void LogLeftOut(int count, string first);

    [LoggerMessage(Level = LogLevel.Information, Message = "The old backup {Folder} was removed.")]
    private partial void LogRemoved(string folder);
}
