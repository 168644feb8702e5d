using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Processes;
using GradientCI.Runner.Executors.Slots;
using GradientCI.Runner.Hosts;

namespace GradientCI.Cli.Runs;

/// <summary>What this machine runs trials with.</summary>
internal sealed record Machine(ITrialExecutor Executor, SlotPool Slots, Provenance Provenance) : IDisposable
{
    /// <summary>Looks at the machine.</summary>
    /// <exception cref="GradientException">There is no such executor.</exception>
    public static async Task<Machine> PrepareAsync(Session session, RunnerOptions options, CancellationToken cancellationToken)
    {
        var time = session.Terminal.Time;
        var smi = new NvidiaSmi(NvidiaSmi.DefaultPath, time);
        var gpus = options.Gpus is { } declared
            ? GpuInventory.Declare(declared)
            : await GpuInventory.DiscoverAsync(smi, session.Terminal.Variable("CUDA_VISIBLE_DEVICES"), cancellationToken);
        ITrialExecutor[] executors = [new ProcessExecutor(time, gpus.Devices.IsEmpty ? null : new GpuMeter(smi, time))];
        var executor = executors.FirstOrDefault(each => each.Name == options.Executor) ?? throw new GradientException(
            FailureKind.Usage, $"There is no executor '{options.Executor}'.", $"Executors of this build: {string.Join(", ", executors.Select(each => each.Name))}.");
        var slots = new SlotPool(options.Parallel ?? Environment.ProcessorCount, gpus.Devices, new GpuClaims(session.Data.GpuClaims), time);
        return new Machine(executor, slots, await HostFacts.ReadAsync(gpus, cancellationToken));
    }

    public void Dispose() => Slots.Dispose();
}
