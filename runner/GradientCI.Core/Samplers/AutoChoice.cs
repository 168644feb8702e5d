using GradientCI.Samplers.Gp;
using GradientCI.Samplers.Tpe;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Samplers;

/// <summary>Which sampler suits a space and a budget, and why.</summary>
internal static class AutoChoice
{
    private const int BreedingBudget = 1_000;

    /// <summary>The sampler's name, and the reason for people.</summary>
    /// <param name="spec">The experiment.</param>
    /// <param name="earlier">How many parameter sets of earlier runs are known.</param>
    public static (string Sampler, string Reason) Of(ExperimentSpec spec, int earlier)
    {
        var sweep = spec.Sweep;
        var space = sweep.Space;
        if (space.Parameters.IsEmpty)
        {
            return ("grid", "nothing is searched, so there is one parameter set");
        }

        var limit = sweep.MaxTrials ?? SweepSpec.TrialLimit;
        var points = space.CountPoints(limit);
        if (points <= limit)
        {
            return ("grid", $"{Points(points)}, {(sweep.MaxTrials is { } most ? $"at most {most} asked" : "all of them asked")}{(sweep.WarmStart ? ", whatever earlier runs found" : "")}");
        }

        var size = space.IsFinite ? $"more than the {Points(limit)} that are asked" : $"{Continua(space)} a continuum";
        var (sampler, reason) = Suited(spec, limit, earlier);
        return (sampler, $"{size}, and {reason}");
    }

    // Measured in bench/README.md: where a model of all results can be had, it needs fewer of them. What gp does not look at, tpe does.
    private static (string Sampler, string Reason) Suited(ExperimentSpec spec, int limit, int earlier)
    {
        var known = limit + earlier;
        var ofEarlier = earlier == 0 ? "" : $", {earlier} of them of earlier runs,";
        var parameters = spec.Sweep.Space.Parameters.Length;
        return spec.Objective is null ? ("sobol", "there is no objective to learn from")
            : earlier == 0 && limit <= TpeRules.Beginning ? ("sobol", $"{Count(limit, "set")} {(limit == 1 ? "is" : "are")} too few to learn from")
            : !spec.Constraints.IsEmpty ? ("tpe", "it learns from broken constraints")
            : spec.Objectives.Length > 1 ? OfSeveral(spec.Objectives.Length, limit)
            : spec.Sweep.Pruner is not null ? ("tpe", "it learns from trials that are pruned")
            : known > GpRules.MostResults ? ("tpe", $"{Count(known, "set")}{ofEarlier} are too many for a model of all")
            : parameters > GpRules.MostParameters ? ("tpe", $"{parameters} parameters are too many for a model of all")
            : ("gp", $"{Count(known, "set")} of {Count(parameters, "parameter")}{ofEarlier} are few enough for a model of all");
    }

    // docs/adr/0038: learning is worth more than breeding until there are many generations.
    private static (string Sampler, string Reason) OfSeveral(int objectives, int limit) => limit < BreedingBudget
        ? ("tpe", $"for {objectives} objectives {limit} sets are too few to breed")
        : ("nsga2", $"for {objectives} objectives {limit} sets are enough to breed");

    private static string Count(long count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static string Points(long points) => Count(points, "point");

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
