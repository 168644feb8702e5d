using GradientCI.Metrics;
using GradientCI.Samplers.Tpe;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Samplers;

/// <summary>Which sampler suits a space and a budget, and why.</summary>
internal static class AutoChoice
{
    /// <summary>The sampler's name, and the reason for people.</summary>
    public static (string Sampler, string Reason) Of(SweepSpec sweep, Objective? objective)
    {
        var space = sweep.Space;
        if (space.Parameters.IsEmpty)
        {
            return ("grid", "nothing is searched, so there is one parameter set");
        }

        var limit = sweep.MaxTrials ?? SweepSpec.TrialLimit;
        var points = space.CountPoints(limit);
        if (points <= limit)
        {
            return ("grid", $"{Points(points)}, {(sweep.MaxTrials is { } most ? $"at most {most} asked" : "all of them asked")}");
        }

        var size = space.IsFinite ? $"more than the {Points(limit)} that are asked" : $"{Continua(space)} a continuum";
        return objective is null ? ("sobol", $"{size}, and there is no objective to learn from")
            : limit <= TpeRules.Beginning ? ("sobol", $"{size}, and {limit} {(limit == 1 ? "set is" : "sets are")} too few to learn from")
            : ("tpe", size);
    }

    private static string Points(long points) => points == 1 ? "1 point" : $"{points} points";

    private static string Continua(SearchSpace space)
    {
        var names = space.Parameters.Where(parameter => parameter.Domain.Count is null).Select(parameter => parameter.Name).ToArray();
        return names.Length switch
        {
            1 => $"{names[0]} is",
            2 => $"{names[0]} and {names[1]} are each",
            _ => $"{names[0]} and {names.Length - 1} other parameters are each",
        };
    }
}
