using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.Samplers;
using GradientCI.Specs;

namespace GradientCI.Cli.Search;

/// <summary>Turns what is told of a proposal's end into what samplers learn from, as a run does with its trials.</summary>
internal sealed class FinalResults(ExperimentSpec spec)
{
    /// <summary>The observation.</summary>
    /// <exception cref="SearchRefusedException">A value is missing, or there is one too many.</exception>
    public Observation Of(Proposal proposal, ProposalEnd end, TellRequest told) => end switch
    {
        ProposalEnd.Succeeded => Succeeded(proposal, told),
        ProposalEnd.Pruned => new Observation(proposal.Parameters, null, HasEnded: true) { Partial = Partial(proposal) },
        _ => new Observation(proposal.Parameters, null, HasEnded: true),
    };

    /// <summary>Refuses values that are not one per objective.</summary>
    /// <exception cref="SearchRefusedException">They are not.</exception>
    public void CheckCount(ImmutableArray<double> values)
    {
        if (spec.Objectives.IsEmpty)
        {
            throw new SearchRefusedException(
                "no-objective", $"The experiment {spec.Name} has no objective that a value could be of.", "Name one in the manifest, or tell {\"state\": \"succeeded\"} alone.");
        }

        if (values.Length != spec.Objectives.Length)
        {
            throw new SearchRefusedException(
                "bad-request",
                $"The experiment {spec.Name} has {Count(spec.Objectives.Length, "objective")}, and {Count(values.Length, "value")} came.",
                $"Send \"values\" in this order: {string.Join(", ", spec.Objectives.Select(objective => objective.Metric))}.");
        }
    }

    /// <summary>Whether a constraint is broken by what was told; one of which nothing was told is not.</summary>
    public bool IsBroken(TellRequest told) =>
        spec.Constraints.Any(constraint => told.Metrics.TryGetValue(constraint.Metric, out var value) && !constraint.Target.Contains(value));

    private Observation Succeeded(Proposal proposal, TellRequest told)
    {
        var values = Values(proposal, told);
        return new Observation(proposal.Parameters, values.IsEmpty ? null : values[0], HasEnded: true) { Values = values, Violation = Broken(told) };
    }

    private ImmutableArray<double> Values(Proposal proposal, TellRequest told)
    {
        if (!told.Values.IsEmpty)
        {
            CheckCount(told.Values);
            return told.Values;
        }

        return
        [
            .. spec.Objectives.Select((objective, at) =>
                told.Metrics.TryGetValue(objective.Metric, out var named) ? named
                : TrialValues.Of(proposal.Curve(at), objective) is { } value ? value
                : throw new SearchRefusedException(
                    "no-value", $"Proposal {proposal.Id} has no value of {objective.Metric}.", "Send \"value\", or tell its steps before its end, or tell that it failed.")),
        ];
    }

    private double? Broken(TellRequest told) => spec.Constraints.IsEmpty ? null : Violation.Of(spec.Constraints, metric => told.Metrics.TryGetValue(metric, out var named)
        ? named
        : throw new SearchRefusedException(
            "no-value", $"The experiment {spec.Name} has a constraint on {metric}, and no value of it came.", $"Send {{\"metrics\": {{\"{metric}\": …}}}} beside the value."));

    private PartialResult? Partial(Proposal proposal)
    {
        ImmutableArray<double> values = proposal.LastStep is null ? [] : [.. spec.Objectives.Select((_, at) => proposal.Curve(at)[^1].Y)];
        return values.IsEmpty ? null : new PartialResult(proposal.LastStep!.Value, values[0]) { Values = values };
    }

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
