using GradientCI.Runner;
using GradientCI.Runner.Linux;
using GradientCI.Webhook.Hosting;

namespace GradientCI.Cli.Services;

/// <summary>Where people reach the service of a data folder: it leaves word there, for commands that name addresses.</summary>
/// <param name="Url">The service.</param>
/// <param name="PortsUrl">The hosts of ports, or null where they have none.</param>
internal sealed record ServicePlace(Uri Url, WildcardUrl? PortsUrl)
{
    /// <summary>Leaves word, for as long as the service holds its lock; a folder that has no room for it goes without.</summary>
    public static void Leave(DataFolder data, ServiceOptions options)
    {
        try
        {
            var draft = $"{data.ServicePlace}.{Environment.ProcessId}.tmp";
            File.WriteAllLines(draft, [options.PublicUrl ?? options.Urls[0], $"{options.PortsUrl}"]);
            File.Move(draft, data.ServicePlace, overwrite: true);
        }
        catch (IOException)
        {
            // Then commands name no addresses.
        }
    }

    /// <summary>The place of the service that runs now; null when none does.</summary>
    public static ServicePlace? Find(DataFolder data)
    {
        if (FileLock.IsTaken(data.ServiceLock) is not true || !File.Exists(data.ServicePlace))
        {
            return null;
        }

        var lines = File.ReadAllLines(data.ServicePlace);
        return lines is [var text, ..] && Uri.TryCreate(text, UriKind.Absolute, out var url)
            ? new ServicePlace(url, lines is [_, var ports, ..] && WildcardUrl.TryParse(ports, out var hosts) ? hosts : null)
            : null;
    }
}
