using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Stores;

namespace GradientCI.Webhook.Triggers;

/// <summary>Which project a forge's repository is.</summary>
internal sealed class ForgeRepositories(DataFolder data, IForgeStore forges)
{
    /// <summary>Records what an event says of its repository; what it does not say stays as it was.</summary>
    /// <returns>The repository as it is known now.</returns>
    public async Task<ForgeRepository> RecordAsync(RemoteRepository told, CancellationToken cancellationToken)
    {
        var known = await forges.FindRepositoryAsync(told.Forge, told.RemoteId, cancellationToken);
        var project = known?.Project ?? ProjectIdentity.Of(told.Name, told.Forge, told.RemoteId);
        var now = new ForgeRepository(
            project, told.Forge, told.RemoteId, told.Owner, told.Name, told.CloneUrl,
            told.DefaultBranch.Length > 0 ? told.DefaultBranch : known?.DefaultBranch ?? "")
        {
            Installation = told.Installation ?? known?.Installation,
            IsRemoved = known?.IsRemoved ?? false,
        };
        if (now != known)
        {
            await PutAsync(now, cancellationToken);
        }

        return now;
    }

    /// <summary>Records whether we are let in.</summary>
    public Task SetRemovedAsync(ForgeRepository repository, bool isRemoved, CancellationToken cancellationToken) =>
        repository.IsRemoved == isRemoved ? Task.CompletedTask : PutAsync(repository with { IsRemoved = isRemoved }, cancellationToken);

    private Task PutAsync(ForgeRepository repository, CancellationToken cancellationToken) => forges.PutRepositoryAsync(
        new Project(repository.Project, repository.FullName, data.Mirror(repository.Project)), repository, cancellationToken);
}
