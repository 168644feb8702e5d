using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.Pruners;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Testing.Optimization;

/// <summary>A training in closed form whose losses approach those of a problem of several, each at its own pace; and sweeps over it.</summary>
/// <remarks>
/// At epoch <c>e</c> of 81 a loss is <c>f + r · ((0.5 + 0.6 x1) · e^-(0.4 + 0.6 x0) + N(0, 0.006))</c>, where r is what bounds the hypervolume in it: the curve
/// of <see cref="LearningCurve.Crossing"/> in parts of its range. So curves cross, and x0, which decides where on the front a set is, decides how it comes there.
/// </remarks>
/// <param name="problem">What the losses end at.</param>
public sealed class FrontTraining(FrontProblem problem)
{
    /// <summary>The last epoch.</summary>
    public const int Last = 81;

    private readonly double[] _ranges = [.. problem.Reference.Select(Math.Abs)];

    /// <summary>Its name.</summary>
    public string Name => problem.Name;

    /// <summary>The hypervolume of the sets that ran to their end in a sweep of so many epochs, one trial at a time.</summary>
    /// <param name="sampler">Proposes.</param>
    /// <param name="pruner">Ends trials, or null.</param>
    /// <param name="pauses">Whether what was ended goes on when it is among the best after all.</param>
    /// <param name="seed">Equal seeds give equal sweeps.</param>
    /// <param name="epochs">The epochs of all trials together.</param>
    public double Volume(ISampler sampler, PrunerSpec? pruner, bool pauses, int seed, int epochs)
    {
        var search = new SearchProblem(problem.Space, seed, problem.Objectives[0]) { MaxTrials = epochs / Last, Objectives = problem.Objectives };
        var rules = pruner is null ? null : new PruningProblem(problem.Objectives[0], pruner) { Objectives = problem.Objectives };
        var judge = pruner is null ? null : PrunerCatalog.BuiltIn.Find(pruner.Name);
        var curves = judge is null ? null : new Curves(judge, rules!);
        var (history, reached, random) = (new History(), new List<int>(), new Random(seed));
        while (epochs > 0)
        {
            if ((pauses ? judge?.NextToResume(rules!, curves!) : null) is not { } trial)
            {
                trial = history.Count;
                history.Add(new Observation(sampler.Propose(search, history)!, null, HasEnded: false));
                reached.Add(0);
            }

            curves?.Begin(trial, trial);
            var set = history[trial].Parameters;
            while (epochs-- > 0)
            {
                var losses = Losses(set, ++reached[trial], random);
                var isDue = curves?.Add(trial, reached[trial], losses) ?? false;
                if (reached[trial] == Last)
                {
                    history.Note(trial, problem.Observe(set));
                    curves?.End(trial, CurveEnd.Completed);
                    break;
                }

                if (isDue && judge!.ReasonToPrune(rules!, curves!, trial) is not null)
                {
                    history.Note(trial, new Observation(set, null, HasEnded: true) { Partial = new PartialResult(reached[trial], losses[0]) { Values = [.. losses] } });
                    curves!.End(trial, pauses ? CurveEnd.Paused : CurveEnd.Pruned);
                    break;
                }
            }
        }

        return problem.Volume(history, history.Count);
    }

    private double[] Losses(ParameterSet set, int epoch, Random random)
    {
        double[] x = [.. set.Take(2).Select(item => item.Value.AsDouble)];
        var missing = (0.5 + (0.6 * x[1])) * Math.Pow(epoch, -(0.4 + (0.6 * x[0])));
        return [.. problem.Losses(set).Select((loss, at) => loss + (_ranges[at] * (missing + (0.006 * Normal(random)))))];
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
