using System.Collections.Immutable;
using GradientCI.Cli.Output;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Manifests;
using GradientCI.Specs;

namespace GradientCI.Cli.Runs;

/// <summary>The manifest of a commit, read from its blob.</summary>
internal static class CommitManifest
{
    /// <summary>Reads and validates it; warnings are printed.</summary>
    /// <exception cref="GradientException">There is none, or it has errors; all of them are printed first.</exception>
    public static async Task<Manifest> ReadAsync(GitRepository repository, Commit commit, Terminal terminal, CancellationToken cancellationToken)
    {
        var bytes = await repository.ReadManifestAsync(commit.Sha, cancellationToken);
        var result = ManifestParser.Parse(bytes, GitRepository.ManifestPath);
        foreach (var diagnostic in result.Diagnostics)
        {
            terminal.Say(Plain.Line(diagnostic.ToString()));
        }

        return result.Manifest ?? throw new GradientException(
            FailureKind.Usage,
            $"The manifest of commit {commit.Sha.Short} has {Plain.Count(result.Diagnostics.Count(each => each.Severity == DiagnosticSeverity.Error), "error")}.",
            "Mend them, check with: gradientci validate, and commit.");
    }

    /// <summary>The experiments of the given names; all when none is given.</summary>
    /// <exception cref="GradientException">A name is not in the manifest.</exception>
    public static ImmutableArray<ExperimentSpec> Select(Manifest manifest, ImmutableArray<string> names)
    {
        var known = manifest.Experiments.ToDictionary(spec => spec.Name, StringComparer.Ordinal);
        foreach (var name in names.Where(name => !known.ContainsKey(name)))
        {
            var all = string.Join(", ", known.Keys);
            var near = Spelling.Nearest(name, known.Keys);
            throw new GradientException(
                FailureKind.Usage,
                $"The manifest has no experiment '{name}'.",
                near is null ? $"Its experiments are: {all}." : $"Did you mean {near}? Its experiments are: {all}.");
        }

        return names.IsEmpty ? manifest.Experiments : [.. names.Distinct(StringComparer.Ordinal).Select(name => known[name])];
    }
}
