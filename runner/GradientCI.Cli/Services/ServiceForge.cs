using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Forges.BareGit;
using GradientCI.Webhook.Forges.GitHub;

namespace GradientCI.Cli.Services;

/// <summary>The forge of a service: GitHub, or none.</summary>
internal sealed class ServiceForge : IDisposable
{
    private readonly GitHubForge? _github;

    /// <summary>Opens it.</summary>
    /// <param name="options">As whom we speak to GitHub, or null for a service that has only hooks and callers.</param>
    /// <param name="time">The clock.</param>
    public ServiceForge(GitHubOptions? options, TimeProvider time)
    {
        _github = options is null ? null : new GitHubForge(options, time);
        var plain = new PlainGit();
        (Forge, History) = (_github is null ? plain : _github, _github is null ? plain : _github);
    }

    /// <summary>Where repositories live.</summary>
    public IForge Forge { get; }

    /// <summary>What it knows of what it told us.</summary>
    public IForgeHistory History { get; }

    /// <summary>How many calls its last answers left.</summary>
    public IEnumerable<CallsLeft> CallsLeft => _github?.CallsLeft ?? [];

    /// <inheritdoc/>
    public void Dispose() => _github?.Dispose();
}
