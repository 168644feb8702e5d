using System.Collections.Immutable;
using System.Security.Cryptography;
using GradientCI.Specs;

namespace GradientCI.Runner.Manifests;

/// <summary>A valid <c>.gradient.yml</c>.</summary>
/// <param name="Experiments">Its experiments in the order of the file, at least one.</param>
/// <param name="Source">The file's bytes.</param>
public sealed record Manifest(ImmutableArray<ExperimentSpec> Experiments, ReadOnlyMemory<byte> Source)
{
    /// <summary>SHA-256 of the file's bytes, hexadecimal, lower case.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Source.Span));
}

/// <summary>What came of parsing.</summary>
/// <param name="Manifest">The manifest, or null when there are errors.</param>
/// <param name="Diagnostics">Everything found, by place: at most 100, then one that says how many more there are.</param>
public sealed record ManifestResult(Manifest? Manifest, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>Whether the manifest cannot be run.</summary>
    public bool HasErrors => Manifest is null;
}

/// <summary>Which keys of version 1 are let through.</summary>
public enum ServedKeys
{
    /// <summary>Those whose machinery this build has; the others are errors that name them.</summary>
    ThisBuild,

    /// <summary>The whole format.</summary>
    All,
}
