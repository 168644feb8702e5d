using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Processes;
using GradientCI.Specs;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Executors;

/// <summary>What becomes of an attempt whose state folder has no room.</summary>
public sealed class ProcessDiskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FactOnSmallDisk(Timeout = 60_000)]
    public async Task An_attempt_without_an_inode_for_its_marker_counted_as_lost()
    {
        using var disk = new SmallDisk(_folder["small"], megabytes: 1, files: 2);
        var request = new AttemptRequest
        {
            Id = new AttemptId(new TrialId(new RunId(new ProjectId("disk-000000"), "disk", 1), 1), 1),
            Command = new CommandSpec([$"echo begun >{_folder["canary"]}"], IsShell: true),
            WorkingDirectory = _folder.Path,
            Environment = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal),
            LogPath = _folder["log"],
            StateDirectory = Path.Combine(disk.Path, "state"),
        };

        await using var attempt = await new ProcessExecutor(TimeProvider.System).StartAsync(request, CancellationToken.None);

        (await attempt.Completion).ShouldBe(AttemptEnd.NeverBegan);
        File.Exists(_folder["canary"]).ShouldBeFalse();
    }
}
