using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Manifests;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Runner.Orchestration;

/// <summary>Makes the queued trials of a parameter set.</summary>
internal static class TrialFactory
{
    /// <summary>One trial per repeat.</summary>
    /// <param name="run">The run.</param>
    /// <param name="searched">What the sampler proposed.</param>
    /// <param name="setNumber">The set's number within the run, from 1.</param>
    /// <param name="firstTrial">The number of the first of the trials.</param>
    public static ImmutableArray<Trial> Repeats(Run run, ParameterSet searched, int setNumber, int firstTrial) =>
        [.. Enumerable.Range(1, run.Spec.Sweep.Repeats).Select(repeat => Make(run, searched, setNumber, repeat, firstTrial + repeat - 1))];

    /// <summary>The part of a trial's parameters that the sampler chose.</summary>
    public static ParameterSet Searched(ExperimentSpec spec, ParameterSet all) =>
        new(all.Where(item => spec.Sweep.Space.Parameters.Any(parameter => parameter.Name == item.Key)));

    private static Trial Make(Run run, ParameterSet searched, int setNumber, int repeat, int number)
    {
        var parameters = run.Spec.Parameters.With(searched);
        var seed = Seeds.SeedFor(run.Spec.Sweep.Seed, parameters, repeat);
        var command = CommandTemplate.Expand(run.Spec.Command, new TemplateValues(parameters, seed, number, run.Commit.Sha.Value));
        return new Trial
        {
            Id = new TrialId(run.Id, number),
            ParameterSetNumber = setNumber,
            Repeat = repeat,
            Parameters = parameters,
            Seed = seed,
            Command = command.Words,
            Fingerprint = Fingerprint.Of(FingerprintParts.Of(run, parameters, seed)).Value,
        };
    }
}
