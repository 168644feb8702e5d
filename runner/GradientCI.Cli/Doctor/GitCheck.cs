using GradientCI.Runner.Git;

namespace GradientCI.Cli.Doctor;

/// <summary>Git is there and new enough, and the repository is ours to read.</summary>
internal sealed class GitCheck(string? repository) : IHostCheck
{
    public string Name => "git";

    public async Task<HostVerdict> RunAsync(CancellationToken cancellationToken)
    {
        var version = await GitRepository.ReadGitVersionAsync(cancellationToken);
        if (repository is null)
        {
            return HostVerdict.Ok($"git {version}.");
        }

        await using var open = await GitRepository.OpenAsync(repository, cancellationToken);
        return open.IsShallow
            ? HostVerdict.Warning($"git {version}; {open.Location} is a shallow clone, and baselines beyond its edge are not found.", "Run git fetch --unshallow there.")
            : HostVerdict.Ok($"git {version}; {open.Location} can be read.");
    }
}
