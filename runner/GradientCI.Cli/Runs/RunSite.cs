using GradientCI.Cli.Secrets;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workspaces;
using GradientCI.Stores;

namespace GradientCI.Cli.Runs;

/// <summary>A repository, a data folder and a machine, put together to run something.</summary>
internal sealed record RunSite(Session Session, GitRepository Repository, Project Project, RunPlanner Planner, Workbench Bench) : IAsyncDisposable
{
    public Terminal Terminal => Session.Terminal;

    /// <param name="session">The data folder.</param>
    /// <param name="repository">The repository; it must outlive the site.</param>
    /// <param name="project">Its project.</param>
    /// <param name="machine">The machine; it must outlive the site.</param>
    /// <param name="worker">As whom trials are driven; none to plan only.</param>
    public static RunSite Open(Session session, GitRepository repository, Project project, Machine machine, WorkerId worker)
    {
        var time = session.Terminal.Time;
        var provenance = machine.Provenance with { GitVersion = repository.GitVersion };
        return new RunSite(session, repository, project, new RunPlanner(repository, session.Store, provenance, time), new Workbench
        {
            Data = session.Data,
            Store = session.Store,
            Queue = session.Store,
            Worker = worker,
            Executor = machine.Executor,
            Images = machine.Containers,
            Datasets = session.Store,
            Quota = machine.StorageQuota is { } bytes ? new StorageQuota(session.Data.Storage(project.Id), bytes, time) : null,
            Slots = machine.Slots,
            Workspaces = new WorkspacePool(session.Data.Workspaces(project.Id), repository),
            Repository = repository.Location,
            Tokens = AttemptTokens.Find(session.Data),
            Secrets = SecretVaults.Open(session),
            Options = machine.Orchestration,
            Time = time,
        });
    }

    public ValueTask DisposeAsync() => Bench.Workspaces!.DisposeAsync();
}
