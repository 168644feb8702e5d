using GradientCI.Metrics;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;

namespace GradientCI.Testing.Optimization;

/// <summary>A function whose least value is known, for asking how near to it a sampler comes.</summary>
/// <param name="Name">As the literature calls it.</param>
/// <param name="Space">Where it is searched.</param>
/// <param name="Regret">How far a set's value lies above the least value.</param>
public sealed record TestFunction(string Name, SearchSpace Space, Func<ParameterSet, double> Regret)
{
    private static readonly Objective Loss = new("loss", Direction.Minimize);

    /// <summary>The best regret after each trial of a sweep, one trial at a time.</summary>
    public double[] Sweep(ISampler sampler, long seed, int trials)
    {
        var problem = new SearchProblem(Space, seed, Loss) { MaxTrials = trials };
        var history = new History();
        var best = new double[trials];
        for (var trial = 0; trial < trials; trial++)
        {
            var set = sampler.Propose(problem, history)!;
            var regret = Regret(set);
            history.Add(new Observation(set, regret, HasEnded: true));
            best[trial] = trial == 0 ? regret : Math.Min(best[trial - 1], regret);
        }

        return best;
    }

    /// <summary>The median over seeds 0 … of the best regret after a number of trials.</summary>
    public double MedianRegret(ISampler sampler, int seeds, int trials) =>
        Median([.. Enumerable.Range(0, seeds).Select(seed => Sweep(sampler, seed, trials)[^1])]);

    /// <summary>The middle one, or the mean of the two in the middle.</summary>
    public static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
