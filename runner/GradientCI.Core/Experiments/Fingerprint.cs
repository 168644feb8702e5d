using System.Collections.Immutable;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Experiments;

/// <summary>What a trial's result depends on. Executor, host, GPU, timeout and retries are left out on purpose.</summary>
public sealed record FingerprintParts
{
    /// <summary>The digest of the commit's files that count.</summary>
    public required string Inputs { get; init; }

    /// <summary>
    /// The command as it is written, templates unexpanded: what they stand for is in parameters and seed, and
    /// a trial's number or sha in a file name must not hide an equal result.
    /// </summary>
    public required CommandSpec Command { get; init; }

    /// <summary>The shell line before the command, or null.</summary>
    public string? Setup { get; init; }

    /// <summary>The folder that the command starts in.</summary>
    public string Workdir { get; init; } = ".";

    /// <summary>The manifest's variables.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Fixed and searched hyperparameters.</summary>
    public ParameterSet Parameters { get; init; } = ParameterSet.Empty;

    /// <summary><c>$GRADIENT_SEED</c>.</summary>
    public int Seed { get; init; }

    /// <summary>The digest of the container image, or empty on the host.</summary>
    public string Image { get; init; } = "";

    /// <summary>Where metrics are read from: a pattern that was mended must not meet the old, empty curves.</summary>
    public MetricSourcesSpec Metrics { get; init; } = new();

    /// <summary>What is kept of the workspace: what an earlier trial did not keep cannot be taken over from it.</summary>
    public ImmutableArray<string> Artifacts { get; init; } = [];

    /// <summary>The versions of the data sets, by name, with the path at which a container has them.</summary>
    public ImmutableSortedDictionary<string, string> Datasets { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The parts of a trial of a run.</summary>
    public static FingerprintParts Of(Run run, ParameterSet parameters, int seed) => new()
    {
        Inputs = run.InputDigest,
        Command = run.Spec.Command,
        Setup = run.Spec.Setup,
        Workdir = run.Spec.Workdir,
        Env = run.Spec.Env,
        Parameters = parameters,
        Seed = seed,
        Image = run.Provenance.ImageDigest,
        Metrics = run.Spec.Metrics,
        Artifacts = run.Spec.Artifacts,
        Datasets = run.Provenance.Datasets.ToImmutableSortedDictionary(
            dataset => dataset.Name, dataset => $"{dataset.Version} at {run.Spec.Datasets.GetValueOrDefault(dataset.Name)}", StringComparer.Ordinal),
    };
}

/// <summary>The digest of what a trial's result depends on, whole and by part.</summary>
/// <param name="Value">The whole, 64 hexadecimal digits.</param>
/// <param name="Parts">One digest per part, by the part's name in the manifest.</param>
public sealed record Fingerprint(string Value, ImmutableSortedDictionary<string, string> Parts)
{
    /// <summary>Changes whenever the way of computing does, so that old results are not taken for equal.</summary>
    public const int FormatVersion = 2;

    /// <summary>Digests the parts; the order of variables and parameters does not matter.</summary>
    public static Fingerprint Of(FingerprintParts parts)
    {
        using var digest = new DigestBuilder();
        var named = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        named["inputs"] = digest.Add(parts.Inputs).Finish();
        named["command"] = parts.Command.Words.Aggregate(digest.Add(parts.Command.IsShell ? 1 : 0), (all, word) => all.Add(word)).Finish();
        named["setup"] = digest.Add(parts.Setup).Finish();
        named["workdir"] = digest.Add(parts.Workdir).Finish();
        named["env"] = parts.Env.OrderBy(pair => pair.Key, StringComparer.Ordinal).Aggregate(digest, (all, pair) => all.Add(pair.Key).Add(pair.Value)).Finish();
        named["parameters"] = digest.Add(parts.Parameters.ToCanonicalJson()).Finish();
        named["seed"] = digest.Add(parts.Seed).Finish();
        named["image"] = digest.Add(parts.Image).Finish();
        named["metrics"] = AddAll(AddAll(AddAll(digest, parts.Metrics.Patterns.SelectMany(pattern => new[] { pattern.Metric, pattern.Pattern })), parts.Metrics.TensorBoard), parts.Metrics.Files).Finish();
        named["artifacts"] = AddAll(digest, parts.Artifacts).Finish();
        if (!parts.Datasets.IsEmpty)
        {
            // Left out where there are none: then results from before data sets were served go on being equal.
            named["datasets"] = AddAll(digest, parts.Datasets.SelectMany(pair => new[] { pair.Key, pair.Value })).Finish();
        }

        var whole = named.Aggregate(digest.Add(FormatVersion), (all, part) => all.Add(part.Key).Add(part.Value)).Finish();
        return new Fingerprint(whole, named.ToImmutable());
    }

    /// <summary>The names of the parts that differ from another trial's; empty when the fingerprints are equal.</summary>
    public ImmutableArray<string> DifferencesFrom(Fingerprint other) =>
        [.. Parts.Keys.Union(other.Parts.Keys, StringComparer.Ordinal)
            .Where(name => Parts.GetValueOrDefault(name) != other.Parts.GetValueOrDefault(name))
            .Order(StringComparer.Ordinal)];

    private static DigestBuilder AddAll(DigestBuilder digest, IEnumerable<string> texts)
    {
        string[] all = [.. texts];
        return all.Aggregate(digest.Add(all.Length), (digest, text) => digest.Add(text));
    }
}
