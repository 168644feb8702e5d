using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Processes;
using GradientCI.Runner.Executors.Slots;
using GradientCI.Runner.Git;
using GradientCI.Runner.Hosts;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workspaces;
using GradientCI.Stores;

namespace GradientCI.Cli.Runs;

/// <summary>A repository, a data folder and a machine, put together to run something.</summary>
internal sealed record RunSite(Session Session, GitRepository Repository, Project Project, RunPlanner Planner, Workbench Bench) : IAsyncDisposable
{
    public Terminal Terminal => Session.Terminal;

    public static async Task<RunSite> PrepareAsync(
        Session session, GitRepository repository, Project project, RunnerOptions options, CancellationToken cancellationToken)
    {
        var time = session.Terminal.Time;
        var smi = new NvidiaSmi(NvidiaSmi.DefaultPath, time);
        var gpus = options.Gpus is { } declared
            ? GpuInventory.Declare(declared)
            : await GpuInventory.DiscoverAsync(smi, session.Terminal.Variable("CUDA_VISIBLE_DEVICES"), cancellationToken);
        ITrialExecutor[] executors = [new ProcessExecutor(time, gpus.Devices.IsEmpty ? null : new GpuMeter(smi, time))];
        var executor = executors.FirstOrDefault(each => each.Name == options.Executor) ?? throw new GradientException(
            FailureKind.Usage, $"There is no executor '{options.Executor}'.", $"Executors of this build: {string.Join(", ", executors.Select(each => each.Name))}.");
        var provenance = (await HostFacts.ReadAsync(gpus, cancellationToken)) with { GitVersion = repository.GitVersion };
        return new RunSite(session, repository, project, new RunPlanner(repository, session.Store, provenance, time), new Workbench
        {
            Data = session.Data,
            Store = session.Store,
            Executor = executor,
            Slots = new SlotPool(options.Parallel ?? Environment.ProcessorCount, gpus.Devices, new GpuClaims(session.Data.GpuClaims), time),
            Workspaces = new WorkspacePool(session.Data.Workspaces(project.Id), repository),
            Repository = repository.Location,
            Time = time,
        });
    }

    public ValueTask DisposeAsync()
    {
        Bench.Slots.Dispose();
        return Bench.Workspaces.DisposeAsync();
    }
}
