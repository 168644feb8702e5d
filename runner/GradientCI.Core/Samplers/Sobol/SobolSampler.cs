using GradientCI.Samplers.RandomSearch;
using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.Sobol;

/// <summary>The points of a scrambled Sobol' sequence: as unbiased as random search, without its gaps and clusters.</summary>
/// <remarks>
/// One axis per parameter, inactive ones included, mapped as random draws are. The point's number is the number of sets
/// so far. In a finite space a point that falls on a known set is replaced by a random one that is free.
/// </remarks>
public sealed class SobolSampler : ISampler
{
    /// <inheritdoc/>
    public string Name => "sobol";

    /// <inheritdoc/>
    public bool ServesSeveralObjectives => true;

    /// <inheritdoc/>
    public ParameterSet? Propose(SearchProblem problem, History history)
    {
        var sequence = new SobolSequence(problem.Seed);
        var units = new double[problem.Space.Parameters.Length];
        for (var dimension = 0; dimension < units.Length; dimension++)
        {
            units[dimension] = sequence.At(history.Count, dimension);
        }

        var point = problem.Space.At(units);
        return history.Has(point) ? RandomSampler.Draw(problem, history) : point;
    }
}
