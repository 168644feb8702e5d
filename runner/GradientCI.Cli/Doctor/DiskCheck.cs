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
        var options = new OrchestrationOptions();
        var reserve = options.ReservedBytes;
        var room = $"{ByteText.Of(disk.Free.Bytes)} are free on {disk.MountPoint} ({disk.Kind})";
        return Task.FromResult(disk switch
        {
            { IsRemote: true } => HostVerdict.Problem(
                $"{data.Root} is on {disk.Kind}: a database in use there is damaged sooner or later, and locks do not hold.",
                "Use a --data folder on a local disk."),
            _ when disk.Free.Bytes < reserve => HostVerdict.Problem(
                $"{room}, and trials start only while there are {ByteText.Of(reserve)}.", "Free some space; see what may go with: gradientci prune --all-projects"),
            _ when disk.Free.Files < options.ReservedFiles => HostVerdict.Problem(
                $"Only {disk.Free.Files} more files can be made on {disk.MountPoint}, and trials start only while there is room for {options.ReservedFiles}.",
                "Delete small files; see what may go with: gradientci prune --all-projects"),
            { Free.Files: < FewFiles } => HostVerdict.Warning(
                $"Only {disk.Free.Files} more files can be made on {disk.MountPoint}.", "Delete small files; see what may go with: gradientci prune --all-projects"),
            _ when disk.Free.Bytes < 8 * reserve => HostVerdict.Warning($"Only {room}.", "See what may go with: gradientci prune --all-projects"),
            _ => HostVerdict.Ok($"{room}."),
        });
    }

    private static string ExistingFolder(string path) => Directory.Exists(path) ? path : ExistingFolder(Path.GetDirectoryName(path) ?? "/");
}
