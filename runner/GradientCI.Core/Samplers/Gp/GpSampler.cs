using GradientCI.Metrics;
using GradientCI.Samplers.Sobol;
using GradientCI.Samplers.Tpe;
using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.Gp;

/// <summary>Learns what to expect where, and how surely, and proposes where most is to be gained.</summary>
/// <remarks>
/// A Gaussian process with the kernel that explains the results best, and the logarithm of the expected improvement; the constants
/// are in <see cref="GpRules"/>. It begins with Sobol' points, and without an objective goes on with them. Every fourth proposal is
/// that of <c>tpe</c>, and so is one where numbers fail or all that was found is known. Nothing is remembered from one proposal to
/// the next: all is learned from the history again. Sums are taken in the same order on every machine; the last digits of the C
/// library's logarithms and exponentials are all that may differ.
/// </remarks>
public sealed class GpSampler : ISampler
{
    private static readonly SobolSampler Beginning = new();
    private static readonly TpeSampler Other = new();

    /// <inheritdoc/>
    public string Name => "gp";

    /// <inheritdoc/>
    public bool Learns => true;

    /// <inheritdoc/>
    public ParameterSet? Propose(SearchProblem problem, History history)
    {
        if (problem.Objective is not { } objective || problem.Space.Parameters.IsEmpty)
        {
            return Beginning.Propose(problem, history);
        }

        var axes = new Axes(problem.Space);
        return history.Count % GpRules.Round == GpRules.Round - 1 ? Other.Propose(problem, history)
            : Known.Of(history, objective, axes) is { } known ? Learned(problem, history, axes, known) ?? Other.Propose(problem, history)
            : Beginning.Propose(problem, history);
    }

    private static ParameterSet? Learned(SearchProblem problem, History history, Axes axes, Known known)
    {
        var (kernel, values) = Explained(axes, known);
        if (Posterior.Of(new Points(axes.IsNominal, [.. known.Units.Concat(known.Running).Select(axes.Seen)]), values, kernel) is not { } posterior)
        {
            return null;
        }

        return All(problem.Space, axes, posterior, history) ?? Found();

        ParameterSet? Found()
        {
            double[][] good = [.. values.Select((value, at) => (value, at)).OrderBy(each => each.value).Take(GpRules.NearSets).Select(each => known.Units[each.at])];
            var ascent = new Ascent(axes, posterior);
            var candidates = Candidates.Of(axes, good, problem.Seed, history.Count);
            var ranked = candidates.Zip(ascent.Gains(candidates), (units, gain) => (Units: units, Gain: gain)).OrderByDescending(each => each.Gain).ToList();
            return ranked.Take(GpRules.Climbs).Select(start => ascent.From(start.Units, start.Gain)).OrderByDescending(each => each.Gain)
                .Concat(ranked)
                .Select(each => axes.At(each.Units))
                .FirstOrDefault(set => !history.Has(set));
        }
    }

    // In a small space every point that is free is looked at.
    private static ParameterSet? All(SearchSpace space, Axes axes, Posterior posterior, History history)
    {
        var count = space.CountPoints(GpRules.SpreadCandidates);
        if (count > GpRules.SpreadCandidates)
        {
            return null;
        }

        var free = space.Points().Where(set => !history.Has(set)).ToList();
        var gains = posterior.LogGains(free.ConvertAll(set => axes.Seen(axes.UnitsOf(set)!)));
        return free.Count == 0 ? null : free[Array.IndexOf(gains, gains.Max())];
    }

    // The kernel and the way to look at losses that go best together.
    private static (Kernel Kernel, double[] Values) Explained(Axes axes, Known known)
    {
        var selection = known.Selection(GpRules.MostFitted);
        var evidence = new Evidence(new Points(axes.IsNominal, [.. selection.Select(at => axes.Seen(known.Units[at]))]));
        var (kernel, values, least) = ((Kernel?)null, (double[])[], double.PositiveInfinity);
        foreach (var targets in Targets.Of(known.Losses))
        {
            var (explaining, against) = evidence.Explain([.. selection.Select(at => targets.Values[at])]);
            against -= selection.Sum(at => targets.LogStretches[at]);
            if (kernel is null || against < least)
            {
                (kernel, values, least) = (explaining, targets.Values, against);
            }
        }

        return (kernel!, values);
    }
}
