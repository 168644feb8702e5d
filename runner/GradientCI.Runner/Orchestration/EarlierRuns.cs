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
    // Nobody waits long for a plan: as many trials as one run may have.
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

    // What strangers' code printed must not lead the searches of those who may push: no other run is kept from writing the project's storage.
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
        var trials = new List<TrialSnapshot>();
        foreach (var trial in repeats)
        {
            trials.Add(await ReadAsync(trial, spec, cancellationToken));
        }

        ImmutableArray<double> values = [.. spec.Objectives.Select(objective => Mean(trial => TrialValues.Of(trial, objective)))];
        var violation = Violation.Of(spec.Constraints, metric => Mean(trial => TrialValues.Of(trial, metric, CheckAggregate.Last)));
        return values.All(double.IsFinite) && double.IsFinite(violation) ? new EarlierSet(point, values, violation) : null;

        double Mean(Func<TrialSnapshot, double?> valueOf) => Sample.MeanOf([.. trials.Select(trial => valueOf(trial) ?? double.NaN)]);
    }

    // Curves may be long; what counts of them is in their summaries, or at their ends.
    private async Task<TrialSnapshot> ReadAsync(Trial trial, ExperimentSpec spec, CancellationToken cancellationToken)
    {
        var series = ImmutableSortedDictionary.CreateBuilder<string, SeriesSnapshot>(StringComparer.Ordinal);
        foreach (var (metric, summary) in await store.ListSummariesAsync(trial.Id, cancellationToken))
        {
            var lastFive = spec.Objectives.Any(objective => objective.Metric == metric && objective.Aggregate == ObjectiveAggregate.MeanOfLastFive)
                ? await store.ReadPointsAsync(trial.Id, metric, Math.Max(0, summary.Count - 5), cancellationToken)
                : [];
            series.Add(metric, new SeriesSnapshot(summary, double.NaN, [.. lastFive.Select(point => point.Y)], []));
        }

        return new TrialSnapshot(trial, series.ToImmutable());
    }
}
