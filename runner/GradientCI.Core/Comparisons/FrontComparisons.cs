using System.Collections.Immutable;
using GradientCI.Comparisons.Pareto;
using GradientCI.Experiments;
using GradientCI.Specs;

namespace GradientCI.Comparisons;

/// <summary>Holds the front of a run against that of its baseline.</summary>
public static class FrontComparisons
{
    /// <summary>The front of a baseline by the objectives and constraints of the run that is held against it; empty with one objective.</summary>
    public static ImmutableArray<ParameterSetResult> FrontOf(RunSnapshot baseline, ExperimentSpec spec)
    {
        var judged = baseline.Run.Spec with { Objectives = spec.Objectives, Constraints = spec.Constraints };
        return Rankings.Rank(baseline with { Run = baseline.Run with { Spec = judged } }).Front;
    }

    /// <summary>Compares them; null with one objective, and when one of them is empty.</summary>
    internal static FrontComparison? Compare(ExperimentSpec spec, Ranking ranking, RunSnapshot baseline)
    {
        if (spec.Objectives.Length < 2)
        {
            return null;
        }

        double[][] front = [.. ranking.Front.Select(set => set.Losses)];
        double[][] other = [.. FrontOf(baseline, spec).Select(set => set.Losses)];
        if (front.Length == 0 || other.Length == 0)
        {
            return null;
        }

        double[][] both = [.. front, .. other];
        var scaled = UnitLosses.Of(both);
        var reference = UnitLosses.Reference(spec.Objectives.Length);
        var box = Math.Pow(reference[0], reference.Length);
        return new FrontComparison(
            Hypervolume.Of(scaled.Take(front.Length), reference) / box,
            Hypervolume.Of(scaled.Skip(front.Length), reference) / box,
            [.. spec.Objectives.Select((objective, at) => objective.ValueOf(Beyond([.. both.Select(losses => losses[at])])))],
            front.Length,
            other.Length);
    }

    private static double Beyond(double[] losses) => losses.Max() + ((losses.Max() - losses.Min()) * UnitLosses.Margin);
}
