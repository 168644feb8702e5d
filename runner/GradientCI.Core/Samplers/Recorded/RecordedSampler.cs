using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.Recorded;

/// <summary>Proposes again what an earlier run proposed, in that order.</summary>
/// <remarks>No manifest asks for it: a run that repeats another holds the other's parameter sets.</remarks>
internal sealed class RecordedSampler : ISampler
{
    /// <inheritdoc/>
    public string Name => "recorded";

    /// <inheritdoc/>
    public ParameterSet? Propose(SearchProblem problem, History history) =>
        history.Count < problem.Recorded.Length ? problem.Recorded[history.Count] : null;
}
