using GradientCI.Cli.Secrets;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;
using GradientCI.Stores;

namespace GradientCI.Cli.Runs;

/// <summary>The sites of a worker, one per project, opened when they are first needed. For one caller at a time.</summary>
internal sealed class RunSites(Session session, Machine machine, WorkerId worker) : IAsyncDisposable
{
    private readonly Dictionary<ProjectId, RunSite> _open = [];

    /// <summary>What attempts can be ended with when the repository is gone.</summary>
    public static Workbench WithoutRepository(Session session, Machine machine, WorkerId worker) => new()
    {
        Data = session.Data,
        Store = session.Store,
        Queue = session.Store,
        Worker = worker,
        Executor = machine.Executor,
        Images = machine.Containers,
        Slots = machine.Slots,
        Workspaces = null,
        Repository = "",
        Secrets = SecretVaults.Open(session),
        Options = machine.Orchestration,
        Time = session.Terminal.Time,
    };

    /// <summary>The site of a project.</summary>
    /// <exception cref="GradientException">The repository is not where it was.</exception>
    public async Task<RunSite> OfAsync(ProjectId id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) ?? throw new GradientException(
            FailureKind.Environment, $"The repository of {id} is not where it was.", "Put it back; or run the commit anew where it is now.");

    /// <summary>The site of a project, or null when its repository is not where it was.</summary>
    /// <exception cref="GradientException">It is there, and cannot be opened now.</exception>
    public async Task<RunSite?> FindAsync(ProjectId id, CancellationToken cancellationToken)
    {
        if (_open.TryGetValue(id, out var known))
        {
            return known;
        }

        var project = (await session.Store.ListProjectsAsync(cancellationToken)).First(each => each.Id == id);
        return Directory.Exists(project.Location)
            ? _open[id] = RunSite.Open(session, await GitRepository.OpenAsync(project.Location, cancellationToken), project, machine, worker)
            : null;
    }

    /// <summary>Lets go of the repositories.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var site in _open.Values)
        {
            await site.DisposeAsync();
            await site.Repository.DisposeAsync();
        }
    }
}
