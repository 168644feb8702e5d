using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Stores;
using GradientCI.Webhook.Forges.BareGit;

namespace GradientCI.Webhook.Schedules;

/// <summary>Finds the repositories whose default branches may schedule runs: mirrors, and the bare ones of this machine whose hook leaves pushes here.</summary>
internal sealed class ScheduledSites(DataFolder data, IExperimentStore store, IForgeStore forges)
{
    /// <summary>All projects, whether they may schedule anything or not.</summary>
    public async Task<ImmutableArray<ProjectId>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await store.ListProjectsAsync(cancellationToken)).Select(project => project.Id)];

    /// <summary>The repository of a project as it is known now; null when it is none that starts runs any more.</summary>
    public async Task<ScheduledSite?> FindAsync(ProjectId project, CancellationToken cancellationToken)
    {
        if (await forges.FindRepositoryAsync(project, cancellationToken) is { } repository)
        {
            return repository.IsRemoved ? null : new ScheduledSite(project, repository.FullName, data.Mirror(project), repository);
        }

        return (await store.ListProjectsAsync(cancellationToken)).FirstOrDefault(each => each.Id == project) is { } local
            ? new ScheduledSite(project, local.Name, local.Location, null)
            : null;
    }

    /// <summary>Opens it; null when it is not there, or nobody wants pushes to it to start runs: a clone that somebody works in, a hook that was taken away.</summary>
    /// <exception cref="GradientException">It is there, and cannot be read.</exception>
    public async Task<GitRepository?> OpenAsync(ScheduledSite site, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(site.Location))
        {
            return null;
        }

        var opened = await GitRepository.OpenAsync(site.Location, cancellationToken);
        if (site.Repository is not null || (opened.WorkTree is null && new PostReceiveHook(opened).IsFor(data)))
        {
            return opened;
        }

        await opened.DisposeAsync();
        return null;
    }
}
