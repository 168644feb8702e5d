using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.RandomSearch;

/// <summary>Independent draws: linear domains uniformly, log domains uniformly in the logarithm.</summary>
/// <remarks>
/// The draw depends on the seed and on how many sets there are. In a finite space a draw that is known is
/// repeated, and when luck runs out, the next free point after a random one is taken.
/// </remarks>
public sealed class RandomSampler : ISampler
{
    private const int Draws = 50;

    /// <inheritdoc/>
    public string Name => "random";

    /// <inheritdoc/>
    public ParameterSet? Propose(SearchProblem problem, IReadOnlyList<Observation> history) => Draw(problem, history);

    internal static ParameterSet? Draw(SearchProblem problem, IReadOnlyList<Observation> history)
    {
        var space = problem.Space;
        ParameterSet? drawn = null;
        for (var attempt = 0; attempt < Draws; attempt++)
        {
            drawn = Draw(space, SplitMix64.For(problem.Seed, history.Count, attempt));
            if (!FreePoints.Has(history, drawn))
            {
                return drawn;
            }
        }

        var count = space.CountPoints(SearchSpace.CountLimit);
        if (count > SearchSpace.CountLimit)
        {
            // A continuum that is switched off by its condition nearly everywhere: repeating is all that is left.
            return drawn;
        }

        var start = SplitMix64.For(problem.Seed, history.Count, Draws).NextBelow(count);
        return FreePoints.First(count, start, space.PointAt, history);
    }

    private static ParameterSet Draw(SearchSpace space, SplitMix64 random)
    {
        var chosen = new Dictionary<string, ParameterValue>(StringComparer.Ordinal);
        var items = new List<KeyValuePair<string, ParameterValue>>(space.Parameters.Length);
        foreach (var parameter in space.Parameters)
        {
            // Drawn for inactive parameters too, so that a condition changes no other parameter's value.
            var unit = random.NextUnit();
            if (SearchSpace.IsActive(parameter, name => chosen.TryGetValue(name, out var value) ? value : null))
            {
                var value = parameter.Domain.Draw(unit);
                chosen[parameter.Name] = value;
                items.Add(KeyValuePair.Create(parameter.Name, value));
            }
        }

        return new ParameterSet(items);
    }
}
