using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;
using GradientCI.Specs;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>Finds the parameter sets of earlier runs that a new run's search begins with: <c>sweep.warm-start</c>.</summary>
/// <remarks>
/// A set counts when the new run could have proposed it: together with the new run's fixed parameters it is all that its trials were
/// given, every repeat of it succeeded, and it has a value for each objective and constraint. Of a set that several runs computed the newest counts.
/// docs/adr/0042 says why.
/// </remarks>
internal sealed class EarlierRuns(IExperimentStore store)
{
    // Nobody waits long for a plan: as many trials as one run may have, and what a generous list of runs shows.
    private const int MostTrials = SweepSpec.TrialLimit;
    private const int MostRuns = 100;
    private const int MostCharacters = 1 << 20;

    /// <summary>The most sets, the newest: twice what <c>gp</c> learns from, and a record of some hundred kilobytes.</summary>
    internal int MostSets { get; init; } = 1_000;

    /// <summary>The sets that count, oldest first, and what is to be said of them; null when the experiment asks for none, or nothing is searched.</summary>
    public async Task<(ImmutableArray<EarlierSet> Sets, WarmStart InShort)?> FindAsync(ProjectId project, ExperimentSpec spec, CancellationToken cancellationToken)
    {
        if (!spec.Sweep.WarmStart || spec.Objectives.IsEmpty || spec.Sweep.Space.Parameters.IsEmpty)
        {
            return null;
        }

        var found = new List<(EarlierSet Set, int Run)>();
        var charactersLeft = MostCharacters;
        await foreach (var (point, repeats) in FittingAsync(project, spec, cancellationToken))
        {
            charactersLeft -= point.ToCanonicalJson().Length;
            if (found.Count == MostSets || charactersLeft < 0)
            {
                break;
            }

            if (await JudgeAsync(point, repeats, spec, cancellationToken) is { } judged)
            {
                found.Add((judged, repeats[0].Id.Run.Number));
            }
        }

        ImmutableArray<EarlierSet> sets = [.. found.Select(each => each.Set).Reverse()];
        return (sets, new WarmStart(sets.Length, [.. found.Select(each => each.Run).Distinct()], BestOf(sets, spec)?.Values[0]));
    }

    /// <summary>The best set: the least loss of the first objective among those that break no constraint, of equals the newest.</summary>
    public static EarlierSet? BestOf(ImmutableArray<EarlierSet> sets, ExperimentSpec spec) =>
        sets.Where(set => set.Violation == 0).Reverse().MinBy(set => spec.Objectives[0].LossOf(set.Values[0]));

    // The newest first.
    private async IAsyncEnumerable<(ParameterSet Point, Trial[] Repeats)> FittingAsync(
        ProjectId project, ExperimentSpec spec, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<ParameterSet>();
        var looked = 0;
        var query = new RunQuery { Project = project, Experiment = spec.Name, Limit = MostRuns };
        foreach (var run in (await store.ListRunsAsync(query, cancellationToken)).Where(IsTrusted))
        {
            var trials = looked < MostTrials ? await store.ListTrialsAsync(run.Id, cancellationToken) : [];
            looked += trials.Length;
            foreach (var repeats in trials.GroupBy(trial => trial.ParameterSetNumber).OrderByDescending(set => set.Key).Select(set => set.ToArray()))
            {
                if (IsComplete(repeats, run) && PointOf(repeats[0].Parameters, spec) is { } point && seen.Add(point))
                {
                    yield return (point, repeats);
                }
            }
        }
    }

    // What strangers' code printed must not lead the searches of those who may push. Nothing else may not write the project's storage.
    private static bool IsTrusted(Run run) => run.HasEnded && run.Spec.MayWriteStorage;

    private static bool IsComplete(Trial[] repeats, Run run) =>
        repeats.Length == run.Spec.Sweep.Repeats && Array.TrueForAll(repeats, trial => trial.State == TrialState.Succeeded);

    // In the order of today's manifest, as the sampler would have proposed it.
    private static ParameterSet? PointOf(ParameterSet parameters, ExperimentSpec spec)
    {
        var searched = new ParameterSet(spec.Sweep.Space.Parameters.Where(parameter => parameters[parameter.Name] is not null)
            .Select(parameter => KeyValuePair.Create(parameter.Name, parameters[parameter.Name]!.Value)));
        return spec.Sweep.Space.Contains(searched) && spec.Parameters.With(searched).Equals(parameters) ? searched : null;
    }

    private async Task<EarlierSet?> JudgeAsync(ParameterSet point, Trial[] repeats, ExperimentSpec spec, CancellationToken cancellationToken)
    {
        var series = new List<ImmutableDictionary<string, SeriesSummary>>();
        foreach (var trial in repeats)
        {
            series.Add((await store.ListSummariesAsync(trial.Id, cancellationToken)).ToImmutableDictionary(each => each.Metric, each => each.Summary, StringComparer.Ordinal));
        }

        var values = ImmutableArray.CreateBuilder<double>(spec.Objectives.Length);
        foreach (var objective in spec.Objectives)
        {
            values.Add(await MeanAsync(objective));
        }

        var violation = Violation.Of(spec.Constraints, metric => Mean(series.Select(each => each.TryGetValue(metric, out var summary) ? summary.Last.Y : double.NaN)));
        return values.All(double.IsFinite) && double.IsFinite(violation) ? new EarlierSet(point, values.ToImmutable(), violation) : null;

        async Task<double> MeanAsync(Objective objective)
        {
            var each = new List<double>();
            for (var at = 0; at < repeats.Length; at++)
            {
                each.Add(series[at].TryGetValue(objective.Metric, out var summary) ? await ValueAsync(repeats[at].Id, objective, summary, cancellationToken) : double.NaN);
            }

            return Mean(each);
        }
    }

    // Curves may be long; what counts of them is at their ends, or in their summaries.
    private async Task<double> ValueAsync(TrialId trial, Objective objective, SeriesSummary summary, CancellationToken cancellationToken)
    {
        var lastFive = objective.Aggregate == ObjectiveAggregate.MeanOfLastFive
            ? await store.ReadPointsAsync(trial, objective.Metric, Math.Max(0, summary.Count - 5), cancellationToken)
            : [];
        return TrialValues.Of(new SeriesSnapshot(summary, double.NaN, [.. lastFive.Select(point => point.Y)], []), objective) ?? double.NaN;
    }

    private static double Mean(IEnumerable<double> values) => Sample.MeanOf([.. values]);
}
