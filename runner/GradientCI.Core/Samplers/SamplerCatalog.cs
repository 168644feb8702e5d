using System.Collections.Frozen;
using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Samplers.CmaEs;
using GradientCI.Samplers.Gp;
using GradientCI.Samplers.Grid;
using GradientCI.Samplers.Nsga2;
using GradientCI.Samplers.RandomSearch;
using GradientCI.Samplers.Recorded;
using GradientCI.Samplers.Sobol;
using GradientCI.Samplers.Tpe;
using GradientCI.Specs;

namespace GradientCI.Samplers;

/// <summary>The samplers that there are, by name.</summary>
public sealed class SamplerCatalog
{
    private static readonly RecordedSampler Again = new();

    private readonly FrozenDictionary<string, ISampler> _samplers;

    /// <summary>Holds the samplers.</summary>
    /// <exception cref="ArgumentException">Two have the same name.</exception>
    public SamplerCatalog(IEnumerable<ISampler> samplers)
    {
        var byName = new Dictionary<string, ISampler>(StringComparer.Ordinal);
        foreach (var sampler in samplers)
        {
            if (!byName.TryAdd(sampler.Name, sampler))
            {
                throw new ArgumentException($"Two samplers are named \"{sampler.Name}\".", nameof(samplers));
            }
        }

        _samplers = byName.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The samplers of this build.</summary>
    public static SamplerCatalog BuiltIn { get; } = new(
        [new GridSampler(), new RandomSampler(), new SobolSampler(), new TpeSampler(), new CmaEsSampler(), new GpSampler(), new Nsga2Sampler()]);

    /// <summary>Their names, sorted.</summary>
    public ImmutableArray<string> Names => [.. _samplers.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Whether a sampler of a name, or <c>auto</c>, serves so many objectives; true for a name that there is not.</summary>
    public bool Serves(string name, int objectives) =>
        objectives < 2 || !_samplers.TryGetValue(name, out var sampler) || sampler.ServesSeveralObjectives;

    /// <summary>Whether results of earlier runs help a sampler of a name; true for a name that there is not, and for <c>auto</c>.</summary>
    public bool Learns(string name) => !_samplers.TryGetValue(name, out var sampler) || sampler.Learns;

    /// <summary>The sampler of a name.</summary>
    /// <exception cref="GradientException">There is none.</exception>
    public ISampler Find(string name) => _samplers.TryGetValue(name, out var sampler)
        ? sampler
        : throw new GradientException(
            FailureKind.Usage, $"There is no sampler \"{name}\".", $"Choose one of: auto, {string.Join(", ", Names)}.");

    /// <summary>The sampler that a run was planned with.</summary>
    /// <remarks>A later version may choose otherwise for <c>auto</c>; a run that it takes up goes on as it began.</remarks>
    /// <exception cref="GradientException">There is no such sampler.</exception>
    public ISampler Of(Run run) =>
        _samplers.TryGetValue(run.SamplerNote.Split(':')[0], out var noted) ? noted : Choose(run.Spec).Sampler;

    /// <summary>The sampler that an experiment asks for; for <c>auto</c> the one that suits its space, its budget and its objective.</summary>
    /// <param name="spec">The experiment.</param>
    /// <param name="earlier">How many parameter sets of earlier runs are known.</param>
    /// <exception cref="GradientException">There is no such sampler, or it does not serve several objectives.</exception>
    public SamplerChoice Choose(ExperimentSpec spec, int earlier = 0)
    {
        if (!spec.Sweep.Recorded.IsEmpty)
        {
            return new SamplerChoice(Again, $"{Again.Name}: the parameter sets of the run that is repeated");
        }

        if (!Serves(spec.Sweep.Sampler, spec.Objectives.Length))
        {
            throw new GradientException(
                FailureKind.Usage, $"The sampler \"{spec.Sweep.Sampler}\" learns from one objective, and {spec.Name} has {spec.Objectives.Length}.", "Write sampler: tpe, or sampler: nsga2.");
        }

        var (name, reason) = spec.Sweep.Sampler == "auto" ? AutoChoice.Of(spec, earlier) : (spec.Sweep.Sampler, "as the manifest asks");
        return new SamplerChoice(Find(name), $"{name}: {reason}");
    }
}

/// <summary>A sampler, and why it is the one.</summary>
/// <param name="Sampler">The sampler.</param>
/// <param name="Note">Its name and the reason, for the report: <c>grid: 24 points, at most 40 asked</c>.</param>
public sealed record SamplerChoice(ISampler Sampler, string Note);
