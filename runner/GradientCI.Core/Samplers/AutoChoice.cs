using GradientCI.Samplers.Tpe;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Samplers;

/// <summary>Which sampler suits a space and a budget, and why.</summary>
internal static class AutoChoice
{
    private const int BreedingBudget = 1_000;

    /// <summary>The sampler's name, and the reason for people.</summary>
    public static (string Sampler, string Reason) Of(ExperimentSpec spec)
    {
        var (sweep, objective) = (spec.Sweep, spec.Objective);
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
            : !spec.Constraints.IsEmpty ? ("tpe", $"{size}, and it learns from broken constraints")
            : spec.Objectives.Length > 1 ? OfSeveral(spec.Objectives.Length, limit, size)
            : ("tpe", size);
    }

    // docs/adr/0038: learning is worth more than breeding until there are many generations.
    private static (string Sampler, string Reason) OfSeveral(int objectives, int limit, string size) => limit < BreedingBudget
        ? ("tpe", $"{size}, {objectives} objectives, and fewer than {BreedingBudget:N0} sets")
        : ("nsga2", $"{size}, {objectives} objectives, and {limit:N0} sets are enough to breed");

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
