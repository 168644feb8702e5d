using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Executors.Processes;
using GradientCI.Runner.Executors.Slots;
using GradientCI.Runner.Hosts;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workspaces;

namespace GradientCI.Cli.Runs;

/// <summary>What this machine runs trials with.</summary>
/// <param name="Executor">Runs all of them.</param>
/// <param name="Containers">Runs those that name an image.</param>
/// <param name="Slots">Cores and GPUs.</param>
/// <param name="Provenance">Facts about it.</param>
internal sealed record Machine(ITrialExecutor Executor, DockerExecutor Containers, SlotPool Slots, Provenance Provenance) : IDisposable
{
    /// <summary>The variable by which the operator bounds what trials of a project share.</summary>
    public const string QuotaVariable = "GRADIENTCI_STORAGE_QUOTA";

    /// <summary>The variable by which the operator bounds what is kept of a trial.</summary>
    public const string KeptVariable = "GRADIENTCI_ARTIFACT_LIMIT";

    /// <summary>The variable by which the operator bounds what a trial keeps for its retries.</summary>
    public const string CheckpointVariable = "GRADIENTCI_CHECKPOINT_LIMIT";

    /// <summary>How runs are driven on it.</summary>
    public OrchestrationOptions Orchestration { get; init; } = new();

    /// <summary>The most bytes that trials of a project share; null for no bound.</summary>
    public long? StorageQuota { get; init; }

    /// <summary>Looks at the machine.</summary>
    /// <exception cref="GradientException">There is no such executor.</exception>
    public static async Task<Machine> PrepareAsync(Session session, RunnerOptions options, CancellationToken cancellationToken)
    {
        var time = session.Terminal.Time;
        var smi = new NvidiaSmi(NvidiaSmi.DefaultPath, time);
        var gpus = options.Gpus is { } declared
            ? GpuInventory.Declare(declared)
            : await GpuInventory.DiscoverAsync(smi, session.Terminal.Variable("CUDA_VISIBLE_DEVICES"), cancellationToken);
        var meter = gpus.Devices.IsEmpty ? null : new GpuMeter(smi, time);
        ITrialExecutor[] executors = [new ProcessExecutor(time, meter)];
        var executor = executors.FirstOrDefault(each => each.Name == options.Executor) ?? throw new GradientException(
            FailureKind.Usage, $"There is no executor '{options.Executor}'.", $"Executors of this build: {string.Join(", ", executors.Select(each => each.Name))}.");
        var containers = ContainerSettings.Open(session.Terminal, session.Data, meter);
        var slots = new SlotPool(options.Parallel ?? Environment.ProcessorCount, gpus.Devices, new GpuClaims(session.Data.GpuClaims), time);
        return new Machine(new ExecutorByImage(executor, containers), containers, slots, await HostFacts.ReadAsync(gpus, cancellationToken))
        {
            StorageQuota = Size(session.Terminal, QuotaVariable, "100GiB"),
            Orchestration = Bounded(new OrchestrationOptions(), session.Terminal),
        };
    }

    private static OrchestrationOptions Bounded(OrchestrationOptions options, Terminal terminal) => options with
    {
        Kept = options.Kept with { Bytes = Size(terminal, KeptVariable, "50GiB") ?? options.Kept.Bytes },
        CheckpointBytes = Size(terminal, CheckpointVariable, "500GiB") ?? options.CheckpointBytes,
    };

    private static long? Size(Terminal terminal, string variable, string example) =>
        terminal.Variable(variable) is { Length: > 0 } text ? ByteSize.Parse(text, $"{variable}={example}") : null;

    public void Dispose()
    {
        Slots.Dispose();
        Containers.Dispose();
    }
}
