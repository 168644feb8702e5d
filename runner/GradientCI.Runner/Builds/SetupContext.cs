using System.Collections.Immutable;
using System.Text.RegularExpressions;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Workspaces;
using GradientCI.Specs;

namespace GradientCI.Runner.Builds;

/// <summary>What a setup that is kept in an image depends on: the image under it, its line, folder and variables, and the files that it gets.</summary>
/// <remarks>It gets no other file, so two commits that agree in these share the result, and none can be stale.</remarks>
internal sealed partial class SetupContext
{
    private const int FormatVersion = 1;

    private SetupContext(ImmutableArray<TreeEntry> files, string digest)
    {
        Files = files;
        Digest = digest;
    }

    /// <summary>The files, with their paths in the workspace.</summary>
    public ImmutableArray<TreeEntry> Files { get; }

    /// <summary>SHA-256, hexadecimal, of all that it depends on.</summary>
    public string Digest { get; }

    /// <summary>Looks through a commit.</summary>
    /// <param name="repository">Whose it is.</param>
    /// <param name="commit">Which.</param>
    /// <param name="spec">The experiment; it has a setup.</param>
    /// <param name="image">The digest of the image under it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GradientException">Usage: the line names what no image can hold, or there is too much. Environment: Git broke.</exception>
    public static async Task<SetupContext> ReadAsync(GitRepository repository, CommitSha commit, ExperimentSpec spec, string image, CancellationToken cancellationToken)
    {
        if (FindTrialVariable(spec) is { } variable)
        {
            throw new GradientException(
                FailureKind.Usage, $"setup names ${variable}, which a trial has alone: in a container the setup is run once for all trials, and kept in their image.",
                "Do that part in the command.");
        }

        var tree = await repository.ListTreeAsync(commit, cancellationToken);

        // Refuses names that would lead out of whatever they are unpacked in.
        _ = CommitTree.Build(tree, commit.Short);
        var isNeeded = InputDigest.Selector(spec.SetupFiles.IsEmpty ? spec.Inputs : spec.SetupFiles);
        ImmutableArray<TreeEntry> files =
            [.. tree.Where(entry => entry.Mode != TreeEntryMode.Submodule && isNeeded(entry.Path)).OrderBy(entry => entry.Path, StringComparer.Ordinal)];
        ContextBounds.Check(files, commit, "Name the files that setup needs: setup: { run: …, files: [requirements.txt] }.");
        return new SetupContext(files, DigestOf(files, spec, image));
    }

    /// <summary>A variable in the line that its trials have and the image must not depend on, or null.</summary>
    internal static string? FindTrialVariable(ExperimentSpec spec)
    {
        var secrets = spec.Secrets.Concat(spec.SecretFiles).ToHashSet(StringComparer.Ordinal);
        return Variables.Matches(spec.Setup!).Select(match => match.Groups["name"].Value).FirstOrDefault(name =>
            secrets.Contains(name) || (!spec.Env.ContainsKey(name) && name != "GRADIENT_WORKSPACE"
                && (name.StartsWith("GRADIENT_", StringComparison.Ordinal) || name.StartsWith("PARAM_", StringComparison.Ordinal))));
    }

    private static string DigestOf(ImmutableArray<TreeEntry> files, ExperimentSpec spec, string image)
    {
        using var digest = new DigestBuilder();
        digest.Add("setup").Add(FormatVersion).Add(image).Add(spec.Setup).Add(spec.Workdir).Add(spec.Env.Count);
        foreach (var (name, value) in spec.Env)
        {
            digest.Add(name).Add(value);
        }

        foreach (var file in files)
        {
            digest.Add(file.Path).Add((long)file.Mode).Add(file.ObjectId);
        }

        return digest.Finish();
    }

    [GeneratedRegex(@"\$\{?(?<name>[A-Za-z_][A-Za-z0-9_]*)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Variables { get; }
}
