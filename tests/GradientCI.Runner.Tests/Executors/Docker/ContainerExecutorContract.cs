using System.Collections.Immutable;
using System.Runtime.InteropServices;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Specs;
using GradientCI.Testing.Contracts;
using GradientCI.Testing.Engines;
using GradientCI.Testing.Executors;

namespace GradientCI.Runner.Tests.Executors.Docker;

/// <summary>The contract of executors, for whatever answers at an Engine's socket.</summary>
public abstract class ContainerExecutorContract : ProgramExecutorContract
{
    // What the trainer needs is mounted where it lies: itself, and the .NET runtime.
    private static readonly ImmutableArray<AttemptMount> Programs =
    [
        new(AppContext.BaseDirectory.TrimEnd('/'), IsReadOnly: true),
        new(Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..")), IsReadOnly: true),
    ];

    private readonly List<DockerExecutor> _executors = [];

    /// <summary>The Engine, as <c>DOCKER_HOST</c> names it.</summary>
    protected abstract string Host { get; }

    protected override ITrialExecutor Create()
    {
        _executors.Add(new DockerExecutor(EngineAddress.Read(name => name == "DOCKER_HOST" ? Host : null), new DockerOptions(), "contract", TimeProvider.System));
        return _executors[^1];
    }

    protected override AttemptRequest Request(CommandSpec command) => base.Request(command) with
    {
        Image = TestEngine.Image,
        Mounts = [new AttemptMount(Folder.Path, IsReadOnly: false), .. Programs],
    };

    // Inside it has another id than outside, where its command line is read.
    protected override bool IsAlive(string pid) =>
        Directory.GetDirectories("/proc").Any(process =>
        {
            try
            {
                return File.ReadAllText(Path.Combine(process, "cmdline")).Contains("\0daemon\0pid\0", StringComparison.Ordinal)
                    && File.ReadLines(Path.Combine(process, "status")).Any(line => line.StartsWith("NSpid:\t", StringComparison.Ordinal) && line.Split('\t') is [_, _, var inside] && inside == pid);
            }
            catch (IOException)
            {
                // It has just ended.
                return false;
            }
        });

    protected override async Task<string> StartFromADyingProcessAsync(AttemptRequest request)
    {
        using var starter = StarterProcess.Start(request, Host);
        var handle = await starter.ReadLineAsync();
        await starter.KillAsync();
        return handle!;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _executors.ForEach(executor => executor.Dispose());
    }
}
