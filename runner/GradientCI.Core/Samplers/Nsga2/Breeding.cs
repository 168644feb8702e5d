using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.Nsga2;

/// <summary>Makes a child of two sets, in the unit cube of the space's own draws.</summary>
/// <remarks>
/// Numbers are crossed by the bounded simulated binary crossover and changed by polynomial mutation (Deb et al. 2002); choices are taken from
/// either parent, and mutated into any value. What one parent alone has of a conditional parameter is inherited from it; what neither has is drawn.
/// </remarks>
internal static class Breeding
{
    private static readonly double BelowOne = Math.BitDecrement(1);

    /// <summary>A child.</summary>
    public static ParameterSet Child(SearchSpace space, ParameterSet mother, ParameterSet father, ref SplitMix64 random)
    {
        var units = new double[space.Parameters.Length];
        for (var at = 0; at < units.Length; at++)
        {
            var domain = space.Parameters[at].Domain;
            double? one = UnitOf(space.Parameters[at], mother), other = UnitOf(space.Parameters[at], father);
            var unit = (one, other) switch
            {
                ({ } left, { } right) => domain is ChoiceDomain ? (random.NextUnit() < 0.5 ? left : right) : Crossed(left, right, ref random),
                (null, null) => random.NextUnit(),
                _ => (one ?? other)!.Value,
            };
            if (random.NextUnit() * units.Length < 1)
            {
                unit = domain is ChoiceDomain ? random.NextUnit() : Mutated(unit, ref random);
            }

            units[at] = Math.Clamp(unit, 0, BelowOne);
        }

        return space.At(units);
    }

    // What a foreign set has of a parameter may lie outside its domain.
    private static double? UnitOf(Parameter parameter, ParameterSet set) =>
        set[parameter.Name] is { } value && (parameter.Domain is ChoiceDomain ? parameter.Domain.Contains(value) : value.IsNumeric)
            ? Math.Clamp(parameter.Domain.UnitsOf(value).Middle, 0, 1)
            : null;

    private static double Crossed(double one, double other, ref SplitMix64 random)
    {
        double chance = random.NextUnit(), spread = random.NextUnit(), side = random.NextUnit();
        if (chance >= Nsga2Rules.Crossing || one == other)
        {
            return side < 0.5 ? one : other;
        }

        double low = Math.Min(one, other), high = Math.Max(one, other);
        return side < 0.5
            ? (low + high - (Factor(1 + (2 * low / (high - low)), spread) * (high - low))) / 2
            : (low + high + (Factor(1 + (2 * (1 - high) / (high - low)), spread) * (high - low))) / 2;
    }

    // How far a child lies from the middle of its parents, in halves of their distance, such that none lies outside the range.
    private static double Factor(double room, double spread)
    {
        var power = Nsga2Rules.CrossingIndex + 1;
        var alpha = 2 - Math.Pow(room, -power);
        return spread <= 1 / alpha ? Math.Pow(spread * alpha, 1 / power) : Math.Pow(1 / (2 - (spread * alpha)), 1 / power);
    }

    private static double Mutated(double unit, ref SplitMix64 random)
    {
        var power = Nsga2Rules.MutationIndex + 1;
        var draw = random.NextUnit();
        return draw < 0.5
            ? unit + Math.Pow((2 * draw) + ((1 - (2 * draw)) * Math.Pow(1 - unit, power)), 1 / power) - 1
            : unit + 1 - Math.Pow((2 * (1 - draw)) + (2 * (draw - 0.5) * Math.Pow(unit, power)), 1 / power);
    }
}
