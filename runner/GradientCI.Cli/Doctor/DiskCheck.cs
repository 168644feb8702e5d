using GradientCI.Cli.Output;
using GradientCI.Runner;
using GradientCI.Runner.Linux;
using GradientCI.Runner.Orchestration;

namespace GradientCI.Cli.Doctor;

/// <summary>The data folder's disk has room, and is a local one.</summary>
internal sealed class DiskCheck(DataFolder data) : IHostCheck
{
    private const long FewFiles = 20_000;

    public string Name => "disk";

    public Task<HostVerdict> RunAsync(CancellationToken cancellationToken)
    {
        var disk = FileSystemFacts.Read(ExistingFolder(data.Root));
        var reserve = new OrchestrationOptions().ReservedBytes;
        var room = $"{ByteText.Of(disk.FreeBytes)} are free on {disk.MountPoint} ({disk.Kind})";
        return Task.FromResult(disk switch
        {
            { IsRemote: true } => HostVerdict.Problem(
                $"{data.Root} is on {disk.Kind}: a database in use there is damaged sooner or later, and locks do not hold.",
                "Use a --data folder on a local disk."),
            _ when disk.FreeBytes < reserve => HostVerdict.Problem(
                $"{room}, and trials start only while there are {ByteText.Of(reserve)}.", "Free some space; see what may go with: gradientci prune --all-projects"),
            { FreeFiles: < FewFiles } => HostVerdict.Problem(
                $"Only {disk.FreeFiles} more files can be made on {disk.MountPoint}.", "Delete small files; see what may go with: gradientci prune --all-projects"),
            _ when disk.FreeBytes < 8 * reserve => HostVerdict.Warning($"Only {room}.", "See what may go with: gradientci prune --all-projects"),
            _ => HostVerdict.Ok($"{room}."),
        });
    }

    private static string ExistingFolder(string path) => Directory.Exists(path) ? path : ExistingFolder(Path.GetDirectoryName(path) ?? "/");
}
