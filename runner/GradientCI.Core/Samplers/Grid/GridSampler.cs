using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.Grid;

/// <summary>Every point of a finite space, once.</summary>
/// <remarks>
/// When all points are asked for, they come in order, the last parameter changing fastest. When fewer are asked for
/// (<see cref="SearchProblem.MaxTrials"/>), the first of them would be a corner of the space: then the points come in
/// an order shuffled by the seed, still each at most once. Foreign sets in the history are passed over.
/// </remarks>
public sealed class GridSampler : ISampler
{
    /// <inheritdoc/>
    public string Name => "grid";

    /// <inheritdoc/>
    public bool ServesSeveralObjectives => true;

    /// <inheritdoc/>
    /// <exception cref="GradientException">The space has a continuum.</exception>
    public ParameterSet? Propose(SearchProblem problem, History history)
    {
        var space = problem.Space;
        if (space.Parameters.FirstOrDefault(parameter => parameter.Domain.Count is null) is { } continuum)
        {
            throw new GradientException(
                FailureKind.Usage,
                $"The sampler \"grid\" needs a finite space, and the parameter \"{continuum.Name}\" is a continuum.",
                "Give it a step or a list of values, or choose another sampler.");
        }

        var count = space.CountPoints(SearchSpace.CountLimit);
        if (count > SearchSpace.CountLimit)
        {
            return RandomSearch.RandomSampler.Draw(problem, history);
        }

        var shuffled = problem.MaxTrials < count ? new IndexPermutation(count, problem.Seed) : null;
        return FreePoints.First(count, history.Count % count, place => space.PointAt(shuffled?.At(place) ?? place), history);
    }
}
