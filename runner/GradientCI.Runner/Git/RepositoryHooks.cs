namespace GradientCI.Runner.Git;

/// <summary>Where git looks for the hooks of a repository, and what they are given.</summary>
public sealed class RepositoryHooks(GitRepository repository)
{
    private const string AdvertisePushOptions = "receive.advertisePushOptions";

    /// <summary>The folder of the repository's own hooks.</summary>
    public string Folder => Path.Combine(repository.CommonDirectory, "hooks");

    /// <summary>
    /// What <c>core.hooksPath</c> says in the configuration of the repository, the person or the machine; null when
    /// nothing does. Then git calls no hook in <see cref="Folder"/>.
    /// </summary>
    public async Task<string?> FindHooksPathAsync(CancellationToken cancellationToken)
    {
        var call = repository.Call(["config", "-z", "--show-scope", "--get-all", "core.hooksPath"]) with { ReadsUserConfiguration = true };
        var answer = await repository.RunAsync(call, cancellationToken);

        // Pairs of scope and value; "command" is our own setting, under which git calls no hook at all.
        var fields = GitListings.Fields(answer.Output);
        return fields.Chunk(2).LastOrDefault(pair => pair is [not "command", _])?[1];
    }

    /// <summary>Whether a push may carry options (<c>git push -o</c>).</summary>
    public async Task<bool> AdvertisesPushOptionsAsync(CancellationToken cancellationToken) =>
        (await repository.RunAsync(["config", "--local", "--type=bool", "--get", AdvertisePushOptions], cancellationToken)).Text.Trim() == "true";

    /// <summary>Lets a push carry options, or leaves that to git's default, in the repository's own configuration.</summary>
    /// <exception cref="GradientException">The configuration cannot be written.</exception>
    public async Task AdvertisePushOptionsAsync(bool isWanted, CancellationToken cancellationToken)
    {
        var answer = await repository.RunAsync(
            isWanted ? ["config", "--local", AdvertisePushOptions, "true"] : ["config", "--local", "--unset-all", AdvertisePushOptions], cancellationToken);

        // 5: there was nothing to take out.
        if (!answer.Succeeded && (isWanted || answer.ExitCode != 5))
        {
            throw new GradientException(
                FailureKind.Environment, $"The configuration of {repository.Location} could not be written: {answer.Complaint}.", "Run gradientci as the repository's owner.");
        }
    }
}
