using System.Security.Cryptography;
using System.Text;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Runner.Git;

/// <summary>Which project a repository is.</summary>
public static class ProjectIdentity
{
    private const int NameLength = 40;

    /// <summary>The project: the folder's name made safe for a file name, and six digits of the location's SHA-256.</summary>
    public static Project Of(GitRepository repository)
    {
        var safe = new string([.. repository.Name.ToLowerInvariant().Take(NameLength).Select(each => char.IsAsciiLetterOrDigit(each) ? each : '-')]).Trim('-');
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(repository.Location)));
        return new Project(new ProjectId($"{(safe.Length == 0 ? "project" : safe)}-{digest[..6]}"), repository.Name, repository.Location);
    }
}
