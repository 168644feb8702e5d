using GradientCI.Metrics;
using GradientCI.Samplers.RandomSearch;
using GradientCI.Samplers.Sobol;
using GradientCI.Samplers.Tpe;
using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.Gp;

/// <summary>Learns what to expect where, and how surely, and proposes where most is to be gained.</summary>
public sealed class GpSampler : ISampler
{
    private static readonly SobolSampler Beginning = new();

    /// <inheritdoc/>
    public string Name => "gp";

    /// <inheritdoc/>
    public ParameterSet? Propose(SearchProblem problem, History history) =>
        problem.Objective is { } objective && !problem.Space.Parameters.IsEmpty && Knows(history, objective)
            ? Learned(problem, history, objective) ?? RandomSampler.Draw(problem, history)
            : Beginning.Propose(problem, history);

    private static bool Knows(History history, Objective objective) =>
        history.Where(observation => double.IsFinite(Verdicts.LossOf(observation, objective))).Take(GpRules.Beginning).Count() == GpRules.Beginning;

    private static ParameterSet? Learned(SearchProblem problem, History history, Objective objective)
    {
        var axes = new Axes(problem.Space);
        List<double[]> known = [], running = [];
        List<double> losses = [];
        foreach (var observation in history)
        {
            if (axes.UnitsOf(observation.Parameters) is not { } units)
            {
                continue;
            }

            var loss = Verdicts.LossOf(observation, objective);
            if (observation.HasEnded || double.IsFinite(loss))
            {
                known.Add(units);
                losses.Add(loss);
            }
            else
            {
                running.Add(units);
            }
        }

        var seen = known.ConvertAll(axes.Seen);
        var seenPoints = new Points(axes.IsNominal, seen);
        double[] values = []; Kernel kernel = null!; var least = double.PositiveInfinity;
        foreach (var way in Targets.Ways([.. losses]))
        {
            var explained = Evidence.Explain(seenPoints, way.Values, out var against);
            if (against + way.LogStretch < least) { (least, kernel, values) = (against + way.LogStretch, explained, way.Values); }
        }

        var posterior = Posterior.Of(new Points(axes.IsNominal, [.. seen, .. running.Select(axes.Seen)]), values, kernel);
        if (posterior is null)
        {
            return null;
        }

        var good = Enumerable.Range(0, values.Length).OrderBy(at => values[at]).Take(4).Select(at => known[at]).ToArray();
        return new Search(axes, posterior).Best(problem.Seed, history.Count, good).Select(axes.At).FirstOrDefault(set => !history.Has(set));
    }
}
