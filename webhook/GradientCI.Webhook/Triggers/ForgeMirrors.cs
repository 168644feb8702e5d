using System.Collections.Immutable;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Stores;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Triggers;

/// <summary>What is fetched of a forge's repositories, with the forge's leave.</summary>
internal sealed class ForgeMirrors(DataFolder data, IForge forge, TimeProvider time)
{
    /// <summary>Fetches all branches, and what else is named, into the repository's mirror.</summary>
    /// <exception cref="GradientException">Nothing, or not everything, was fetched: to be tried again.</exception>
    public async Task FetchAsync(ForgeRepository repository, Func<MirrorFetch, MirrorFetch> what, CancellationToken cancellationToken) =>
        await new GitMirror(data.Mirror(repository.Project), time).FetchAsync(what(await OpenAsync(repository, "fetched", forge.GetCloneTokenAsync, cancellationToken)), cancellationToken);

    /// <summary>The objects that the repository's refs name at the forge, by the refs' full names.</summary>
    /// <exception cref="GradientException">It cannot be asked now.</exception>
    public async Task<ImmutableDictionary<string, string>> ListRefsAsync(ForgeRepository repository, CancellationToken cancellationToken) =>
        await RemoteRefs.ListAsync(await OpenAsync(repository, "looked at", forge.GetListingTokenAsync, cancellationToken), cancellationToken);

    private static async Task<MirrorFetch> OpenAsync(
        ForgeRepository repository, string what, Func<ForgeRepository, CancellationToken, Task<string?>> getTokenAsync, CancellationToken cancellationToken)
    {
        try
        {
            return new MirrorFetch(CloneUrl.Parse(repository.CloneUrl)) { Token = await getTokenAsync(repository, cancellationToken) };
        }
        catch (ForgeException problem)
        {
            throw new GradientException(
                FailureKind.Environment, $"{repository.FullName} could not be {what}: {problem.Message}", "It is tried again.", problem);
        }
    }
}
