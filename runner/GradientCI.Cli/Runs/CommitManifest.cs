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
        return Check(ManifestParser.Parse(bytes, GitRepository.ManifestPath), $"The manifest of commit {commit.Sha.Short}", "and commit.", terminal);
    }

    /// <summary>Prints what is wrong with a manifest.</summary>
    /// <param name="result">The manifest.</param>
    /// <param name="subject">Whose it is, at the start of a sentence.</param>
    /// <param name="then">What to do when it is mended, at the end of one.</param>
    /// <param name="terminal">Where to.</param>
    /// <exception cref="GradientException">It has errors; all of them were printed.</exception>
    public static Manifest Check(ManifestResult result, string subject, string then, Terminal terminal)
    {
        foreach (var diagnostic in result.Diagnostics)
        {
            terminal.Say(Plain.Line(diagnostic.ToString()));
        }

        return result.Manifest ?? throw new GradientException(
            FailureKind.Usage,
            $"{subject} has {Plain.Count(result.Diagnostics.Count(each => each.Severity == DiagnosticSeverity.Error), "error")}.",
            $"Mend them, check with: gradientci validate, {then}");
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
