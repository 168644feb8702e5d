using System.Collections.Immutable;
using GradientCI.Samplers.Tpe;

namespace GradientCI.Samplers.CmaEs;

/// <summary>How the distribution came to be what it is: the history, generation by generation.</summary>
/// <remarks>
/// A generation is so many sets in order of proposal, whatever distribution they were drawn from, and is learned from when
/// three of four have ended; one that ends later counts when it does. What was learned is kept, with the observations that
/// it was learned from: as long as they are those of the history, it would be learned again in the same way. Sets of earlier runs are no
/// generations: see <see cref="WarmBeginning"/>.
/// </remarks>
internal sealed class Evolution
{
    private readonly SearchProblem _problem;
    private readonly SearchAxes _axes;
    private readonly Lock _turn = new();
    private readonly List<Generation> _generations = [];

    /// <summary>Before the first set.</summary>
    public Evolution(SearchProblem problem, SearchAxes axes) => (_problem, _axes) = (problem, axes);

    /// <summary>Whether it is this problem's.</summary>
    public bool IsOf(SearchProblem problem) =>
        ReferenceEquals(problem.Space, _problem.Space) && problem.Seed == _problem.Seed && problem.Objective == _problem.Objective;

    /// <summary>The distribution that the next set is drawn from.</summary>
    public CmaState StateAfter(History history)
    {
        lock (_turn)
        {
            var known = _generations.FindIndex(generation => !generation.IsIn(history));
            if (known >= 0)
            {
                _generations.RemoveRange(known, _generations.Count - known);
            }

            var stage = _generations.Count == 0 ? Begin(history) : _generations[^1].After;
            while (Next(history, stage) is { } seen)
            {
                stage = Learn(stage, seen);
                _generations.Add(new Generation(seen, stage));
            }

            return stage.State;
        }
    }

    private Stage Begin(History history)
    {
        var mean = Enumerable.Repeat(0.5, _axes.Parameters.Length).ToArray();
        var weights = WeightsAfter(0);
        return new Stage(_axes.WithMargin(WarmBeginning.Of(history, _problem.Objective!, _axes, weights) ?? new CmaState(mean, weights)), history.Earlier, 0, []);
    }

    private Stage Restart(int restarts, int start)
    {
        var random = SplitMix64.For(_problem.Seed, -1 - restarts);
        var mean = _axes.Parameters.Select(_ => random.NextUnit()).ToArray();
        return new Stage(_axes.WithMargin(new CmaState(mean, WeightsAfter(restarts))), start, restarts, []);
    }

    private CmaWeights WeightsAfter(int restarts)
    {
        var dimensions = _axes.Parameters.Length;
        return new CmaWeights(dimensions, CmaRules.Population(dimensions) * (int)Math.Pow(CmaRules.Growth, Math.Min(restarts, 8)));
    }

    private static Observation[]? Next(History history, Stage stage)
    {
        var population = stage.State.Population;
        if (history.Count < stage.Start + population)
        {
            return null;
        }

        var sets = Enumerable.Range(stage.Start, population).Select(at => history[at]).ToArray();
        return sets.Count(set => set.HasEnded) >= CmaRules.Enough(population) ? sets : null;
    }

    private Stage Learn(Stage stage, Observation[] seen)
    {
        var ranked = seen.Select((set, at) => (Set: set, Index: stage.Start + at, Loss: set.FeasibleValue is { } value ? _problem.Objective!.LossOf(value) : double.NaN))
            .Where(each => each.Set.HasEnded)
            .Select(each => (each.Loss, Point: _axes.PointOf(each.Set.Parameters, () => Drawn(stage.State, each.Index), stage.State)))
            .Where(each => each.Point is not null)
            .OrderBy(each => double.IsFinite(each.Loss) ? 0 : 1)
            .ThenBy(each => each.Loss)
            .ToArray();
        var next = stage with { Start = stage.Start + seen.Length };
        if (ranked.Length == 0 || !double.IsFinite(ranked[0].Loss))
        {
            return next;
        }

        var points = ranked.Select((each, rank) => new RankedPoint(each.Point!, stage.State.WeightOf(rank, ranked.Length, !double.IsFinite(each.Loss)))).ToArray();
        next = next with { State = _axes.WithMargin(stage.State.After(points)), Bests = stage.Bests.Add(ranked[0].Loss) };
        return next.State.IsSpent || HasStalled(next.Bests, stage.State.Population) ? Restart(stage.Restarts + 1, next.Start) : next;
    }

    private double[] Drawn(CmaState state, int index)
    {
        var random = SplitMix64.For(_problem.Seed, index);
        return state.Draw(QuasiNormal.At(_problem.Seed, index, _axes.Parameters.Length), ref random);
    }

    private bool HasStalled(ImmutableList<double> bests, int population)
    {
        var patience = CmaRules.Patience(_axes.Parameters.Length, population);
        if (bests.Count < patience)
        {
            return false;
        }

        var recent = bests.GetRange(bests.Count - patience, patience);
        double best = recent.Min(), worst = recent.Max();
        return (worst / 2) - (best / 2) <= CmaRules.LeastGain * Math.Max(Math.Abs(best), Math.Abs(worst));
    }

    // Where the evolution stands: the distribution, the first set that it has not learned from, and each generation's best since the last restart.
    private sealed record Stage(CmaState State, int Start, int Restarts, ImmutableList<double> Bests);

    private sealed record Generation(Observation[] Seen, Stage After)
    {
        public bool IsIn(History history)
        {
            var start = After.Start - Seen.Length;
            if (history.Count < After.Start)
            {
                return false;
            }

            for (var at = 0; at < Seen.Length; at++)
            {
                if (!ReferenceEquals(history[start + at], Seen[at]))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
