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

    /// <summary>The best regret after each trial of a sweep.</summary>
    /// <param name="sampler">Proposes.</param>
    /// <param name="seed">Of the sampler, and of the order in which trials end.</param>
    /// <param name="trials">How many.</param>
    /// <param name="atOnce">How many run at a time; any of them ends before the next starts.</param>
    /// <param name="inRounds">Whether all of them end before the next starts.</param>
    public double[] Sweep(ISampler sampler, long seed, int trials, int atOnce = 1, bool inRounds = false)
    {
        var problem = new SearchProblem(Space, seed, Loss) { MaxTrials = trials };
        var history = new History();
        var best = new List<double>(trials);
        var running = new List<int>();
        var random = new Random((int)seed);
        while (best.Count < trials)
        {
            if (history.Count < trials)
            {
                running.Add(history.Count);
                history.Add(new Observation(sampler.Propose(problem, history)!, null, HasEnded: false));
            }

            for (var ends = running.Count == atOnce || history.Count == trials; ends; ends = inRounds && running.Count > 0)
            {
                var ending = running[random.Next(running.Count)];
                var regret = Regret(history[ending].Parameters);
                running.Remove(ending);
                history.Note(ending, regret, hasEnded: true);
                best.Add(best.Count == 0 ? regret : Math.Min(best[^1], regret));
            }
        }

        return [.. best];
    }

    /// <summary>The median over seeds 0 … of the best regret after a number of trials.</summary>
    public double MedianRegret(ISampler sampler, int seeds, int trials, int atOnce = 1) =>
        Median([.. Enumerable.Range(0, seeds).Select(seed => Sweep(sampler, seed, trials, atOnce)[^1])]);

    /// <summary>The middle one, or the mean of the two in the middle.</summary>
    public static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
