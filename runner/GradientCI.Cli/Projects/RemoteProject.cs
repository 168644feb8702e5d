using GradientCI.Runner.Git;
using GradientCI.Stores;
using GradientCI.Webhook.Forges.BareGit;

namespace GradientCI.Cli.Projects;

/// <summary>Makes a repository of another machine a project that is fetched from a URL.</summary>
internal static class RemoteProject
{
    /// <summary>Whether what was typed is a URL, and not a folder.</summary>
    public static bool IsUrl(string text) => text.Contains("://", StringComparison.Ordinal);

    /// <summary>Records it.</summary>
    /// <exception cref="GradientException">The URL is none that is fetched from.</exception>
    public static async Task<Project> AddAsync(Session session, string text, CancellationToken cancellationToken)
    {
        var url = CloneUrl.Parse(text);
        var uri = new Uri(url.Text);
        var last = uri.AbsolutePath.TrimEnd('/').Split('/')[^1];
        var name = last.EndsWith(".git", StringComparison.Ordinal) && last.Length > 4 ? last[..^4] : last.Length > 0 ? last : uri.Host;

        var id = PushMessage.IdOf(url.Text);
        var repository = new ForgeRepository(ProjectIdentity.Of(name, ForgeRepository.NoForge, id), ForgeRepository.NoForge, id, uri.Host, name, url.Text, "");
        var project = new Project(repository.Project, repository.FullName, session.Data.Mirror(repository.Project));
        await session.Store.AddProjectAsync(project, repository, session.Sign(text), cancellationToken);
        return project;
    }
}
