using GradientCI.Metrics;

namespace GradientCI.Samplers.Gp;

/// <summary>What a history tells of a space.</summary>
/// <param name="Units">Where sets came to an end, in order of proposal.</param>
/// <param name="Losses">What came of them; finite.</param>
/// <param name="Running">Where sets are still being tried.</param>
internal sealed record Known(List<double[]> Units, double[] Losses, List<double[]> Running)
{
    /// <summary>Reads a history; null while fewer than <see cref="GpRules.Beginning"/> results are known.</summary>
    /// <remarks>
    /// A set that failed, gave no finite value or broke a constraint counts as the worst that is known. One that was pruned counts
    /// as the value it had, yet never as better than the median: only the unpromising are pruned.
    /// </remarks>
    public static Known? Of(History history, Objective objective, Axes axes)
    {
        List<double[]> units = [], running = [];
        var ended = new List<(double Loss, Observation Observation)>();
        foreach (var observation in history)
        {
            var loss = LossOf(observation, objective);
            var isRunning = !observation.HasEnded && !double.IsFinite(loss);
            if (axes.UnitsOf(observation.Parameters) is { } place)
            {
                (isRunning ? running : units).Add(place);
                if (!isRunning)
                {
                    ended.Add((loss, observation));
                }
            }
        }

        var sorted = ended.Select(each => each.Loss).Where(double.IsFinite).Order().ToArray();
        if (sorted.Length < GpRules.Beginning)
        {
            return null;
        }

        running.RemoveRange(0, Math.Max(0, running.Count - GpRules.MostRunning));
        return new Known(units, [.. ended.Select(each => double.IsFinite(each.Loss) ? each.Loss : Bad(each.Observation))], running).Bounded();

        double Bad(Observation observation) => observation is { Partial.Value: var value, IsInfeasible: false } && double.IsFinite(value)
            ? Math.Clamp(objective.LossOf(value), sorted[sorted.Length / 2], sorted[^1])
            : sorted[^1];
    }

    /// <summary>The places of the best, so many at most, and of as many others, spread over the history; in order of proposal.</summary>
    public int[] Selection(int most)
    {
        if (Losses.Length <= most)
        {
            return [.. Enumerable.Range(0, Losses.Length)];
        }

        var order = Enumerable.Range(0, Losses.Length).OrderBy(at => Losses[at]).ToArray();
        var others = order[(most / 2)..].Order().ToArray();
        return [.. order[..(most / 2)].Concat(Enumerable.Range(0, most - (most / 2)).Select(at => others[(int)((long)at * others.Length / (most - (most / 2)))])).Order()];
    }

    private Known Bounded()
    {
        if (Losses.Length <= GpRules.MostResults)
        {
            return this;
        }

        var order = Enumerable.Range(0, Losses.Length).OrderBy(at => Losses[at]).ToArray();
        var half = GpRules.MostResults / 2;
        int[] kept = [.. order[..half].Concat(order[half..].OrderDescending().Take(GpRules.MostResults - half)).Order()];
        return this with { Units = [.. kept.Select(at => Units[at])], Losses = [.. kept.Select(at => Losses[at])] };
    }

    private static double LossOf(Observation observation, Objective objective) =>
        observation.FeasibleValue is { } value && double.IsFinite(value) ? objective.LossOf(value) : double.NaN;
}
