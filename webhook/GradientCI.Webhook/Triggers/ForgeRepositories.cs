using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Stores;

namespace GradientCI.Webhook.Triggers;

/// <summary>Which project a forge's repository is.</summary>
internal sealed class ForgeRepositories(DataFolder data, IForgeStore forges)
{
    /// <summary>Records what an event says of its repository; what it does not say stays as it was, and so does what was told later.</summary>
    /// <returns>The repository as it is known now.</returns>
    public async Task<ForgeRepository> RecordAsync(RemoteRepository told, Hearing heard, CancellationToken cancellationToken)
    {
        var known = await forges.FindRepositoryAsync(told.Forge, told.RemoteId, cancellationToken);
        var repository = new ForgeRepository(
            known?.Project ?? ProjectIdentity.Of(told.Name, told.Forge, told.RemoteId), told.Forge, told.RemoteId, told.Owner, told.Name, told.CloneUrl, told.DefaultBranch)
        {
            Installation = told.Installation,
            ToldBy = heard.Number,
        };
        return await forges.PutRepositoryAsync(
            new Project(repository.Project, repository.FullName, data.Mirror(repository.Project)), repository, cancellationToken);
    }
}
