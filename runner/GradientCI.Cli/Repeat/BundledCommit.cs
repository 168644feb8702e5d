using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;

namespace GradientCI.Cli.Repeat;

/// <summary>Brings the commit of a bundle into the data folder.</summary>
internal static class BundledCommit
{
    private const int LongestName = 60;

    /// <summary>Reads a bundle.</summary>
    /// <param name="path">The archive or folder, absolute.</param>
    /// <param name="session">The data folder.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The recipe, and the repository that has its commit.</returns>
    /// <exception cref="GradientException">It is no bundle that could be repeated, or the data folder cannot take it.</exception>
    public static async Task<(Recipe Recipe, GitRepository Repository)> ImportAsync(string path, Session session, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(session.Data.Bundles);
        await using var scratch = Open(Path.Combine(session.Data.Bundles, ".import"));
        var recipe = await new BundleReader(scratch, new DiskReserve(session.Data.Root, new OrchestrationOptions())).ReadAsync(path, cancellationToken);
        var folder = Path.Combine(session.Data.Bundles, $"{Plain(recipe.Project)}.git");
        await CommitPack.ReadAsync(folder, recipe.Commit, scratch, cancellationToken);
        return (recipe, await GitRepository.OpenAsync(folder, cancellationToken));
    }

    // Nobody else may have it: so two that come at a time do not write into one repository.
    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose });
        }
        catch (IOException problem)
        {
            throw new GradientException(FailureKind.Environment, $"The bundle cannot be brought into the data folder: {problem.Message}", "Try again when no other bundle is being read.", problem);
        }
    }

    private static string Plain(string name)
    {
        var plain = new string([.. name.ToLowerInvariant().Take(LongestName).Select(each => char.IsAsciiLetterOrDigit(each) ? each : '-')]).Trim('-');
        return plain.Length == 0 ? "bundle" : plain;
    }
}
