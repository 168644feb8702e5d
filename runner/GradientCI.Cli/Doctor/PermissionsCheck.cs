using GradientCI.Cli.Runs;
using GradientCI.Runner;

namespace GradientCI.Cli.Doctor;

/// <summary>The data folder is ours to write, and nobody else's: whoever writes there decides what runs.</summary>
internal sealed class PermissionsCheck(DataFolder data) : IHostCheck
{
    private const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    public string Name => "permissions";

    public Task<HostVerdict> RunAsync(CancellationToken cancellationToken) => Task.FromResult(Look());

    private HostVerdict Look()
    {
        for (var folder = Path.GetDirectoryName(data.Root); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(folder) && File.GetUnixFileMode(folder) is var mode && mode.HasFlag(UnixFileMode.OtherWrite) && !mode.HasFlag(UnixFileMode.StickyBit))
            {
                return HostVerdict.Problem($"Everybody may replace {data.Root}, for they may write {folder}.", $"Run: chmod o-w {folder}");
            }
        }

        if (!Directory.Exists(data.Root))
        {
            return HostVerdict.Ok($"There is no data folder {data.Root} yet; the first run makes it.");
        }

        if ((File.GetUnixFileMode(data.Root) & Others) != UnixFileMode.None)
        {
            return HostVerdict.Problem($"Others than its owner may write {data.Root}, and so start whatever they like as you.", $"Run: chmod go-w {data.Root}");
        }

        return CanWrite()
            ? HostVerdict.Ok($"{data.Root} is yours alone to write.")
            : HostVerdict.Problem($"{data.Root} cannot be written by {Environment.UserName}.", $"Run gradientci as the folder's owner, or: chown -R {Environment.UserName} {data.Root}");
    }

    private bool CanWrite()
    {
        try
        {
            WritableFolder.Make(data.Root);
            using var database = File.Exists(data.Database) ? File.OpenHandle(data.Database, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite) : null;
            return true;
        }
        catch (Exception problem) when (problem is GradientException or UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }
}
