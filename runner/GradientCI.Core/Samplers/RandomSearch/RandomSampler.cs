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
    private const int DrawsWithoutNumbers = 1_000;

    /// <inheritdoc/>
    public string Name => "random";

    /// <inheritdoc/>
    public bool ServesSeveralObjectives => true;

    /// <inheritdoc/>
    public ParameterSet? Propose(SearchProblem problem, History history) => Draw(problem, history);

    internal static ParameterSet? Draw(SearchProblem problem, History history)
    {
        var space = problem.Space;
        var count = space.CountPoints(SearchSpace.CountLimit);
        var isNumbered = count <= SearchSpace.CountLimit;
        ParameterSet? drawn = null;
        for (var attempt = 0; attempt < (isNumbered ? Draws : DrawsWithoutNumbers); attempt++)
        {
            drawn = Draw(space, SplitMix64.For(problem.Seed, history.Count, attempt));
            if (!history.Has(drawn))
            {
                return drawn;
            }
        }

        // Without numbers: a continuum that is nearly always switched off by its condition. Repeating is all that is left.
        return isNumbered
            ? FreePoints.First(count, SplitMix64.For(problem.Seed, history.Count, Draws).NextBelow(count), space.PointAt, history)
            : drawn;
    }

    private static ParameterSet Draw(SearchSpace space, SplitMix64 random)
    {
        // Drawn for inactive parameters too, so that a condition changes no other parameter's value.
        var units = new double[space.Parameters.Length];
        for (var at = 0; at < units.Length; at++)
        {
            units[at] = random.NextUnit();
        }

        return space.At(units);
    }
}
