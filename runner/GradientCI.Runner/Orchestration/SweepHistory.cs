using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;
using GradientCI.Specs;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>What is known of a sweep's parameter sets: what the sampler and the stop rules look at.</summary>
/// <remarks>
/// Sets of earlier runs are there from the start: samplers see them before the sweep's own, and nobody else does.
/// A trial may be noted again and again; it is judged once, when it has ended, and once more if it was paused and went on.
/// </remarks>
internal sealed class SweepHistory(ExperimentSpec spec, ISeriesStore store, ImmutableArray<EarlierSet> earlier)
{
    // One observation per parameter set. Beside it, what its repeats gave.
    private readonly History _sets = History.After(earlier.Select(set =>
        new Observation(set.Parameters, set.Values[0], HasEnded: true) { Values = set.Values, Violation = set.Violation }));
    private readonly List<RepeatValues> _values = [];
    private readonly List<SortedDictionary<int, PartialResult?>> _pruned = [];
    private readonly List<int> _open = [];
    private readonly List<EndedSet> _ended = [];
    private readonly HashSet<int> _judged = [];

    /// <summary>What the sampler learns from: the parameter sets by number, behind those of earlier runs.</summary>
    public History Sets => _sets;

    /// <summary>How many parameter sets there are, those of earlier runs not counted.</summary>
    public int Count => _values.Count;

    /// <summary>What is proposed before the sampler is asked: the best set of earlier runs, to see what it comes to with today's code; else null.</summary>
    public ParameterSet? Opening => Count == 0 ? EarlierRuns.BestOf(earlier, spec)?.Parameters : null;

    /// <summary>The sets none of whose trials will go on, in order of their end.</summary>
    public IReadOnlyList<EndedSet> Ended => _ended;

    /// <summary>How many trials there are.</summary>
    public int Trials { get; private set; }

    /// <summary>How many of them have not ended.</summary>
    public int OpenTrials => Trials - _judged.Count;

    /// <summary>Whether a trial's parameter set was noted; one that was not may come only with all sets before it.</summary>
    public bool Knows(Trial trial) => trial.ParameterSetNumber <= Count;

    /// <summary>Takes note of trials as they are now, by number; those that ended are judged.</summary>
    /// <exception cref="InvalidOperationException">A parameter set is left out: the sweep would propose one again, or end early.</exception>
    public async Task NoteAsync(ImmutableArray<Trial> trials)
    {
        foreach (var trial in trials)
        {
            Trials = Math.Max(Trials, trial.Id.Number);
            if (trial.ParameterSetNumber == Count + 1)
            {
                Remember(TrialFactory.Searched(spec, trial.Parameters));
            }

            if (!Knows(trial))
            {
                throw new InvalidOperationException($"{trial.Id} is noted before parameter set {Count + 1}.");
            }
        }

        foreach (var trial in trials.Where(trial => !trial.State.HasEnded() && _judged.Remove(trial.Id.Number)))
        {
            TakeBack(trial);
        }

        foreach (var trial in trials.Where(trial => trial.State.HasEnded()).OrderBy(trial => trial.EndedAt))
        {
            if (_judged.Add(trial.Id.Number))
            {
                await JudgeAsync(trial);
            }
        }
    }

    private void Remember(ParameterSet proposed)
    {
        _sets.Add(new Observation(proposed, null, HasEnded: false));
        _values.Add(new RepeatValues(spec));
        _pruned.Add([]);
        _open.Add(spec.Sweep.Repeats);
    }

    // Nothing else goes on after its end: it was paused, or failed and is tried again, and gave no value.
    private void TakeBack(Trial trial)
    {
        var set = trial.ParameterSetNumber - 1;
        _open[set]++;
        _pruned[set].Remove(trial.Id.Number);
        _ended.RemoveAll(ended => ended.Number == set + 1);
        Note(set);
    }

    private async Task JudgeAsync(Trial trial)
    {
        var set = trial.ParameterSetNumber - 1;
        _open[set]--;
        if (trial.State == TrialState.Succeeded)
        {
            await _values[set].AddAsync(trial.Id, store);
        }
        else if (trial.State == TrialState.Pruned)
        {
            _pruned[set][trial.Id.Number] = await ReachedAsync(trial);
        }

        Note(set);
        if (_open[set] == 0)
        {
            _ended.Add(new EndedSet(set + 1, Known(set).FeasibleValue) { Values = Known(set).IsInfeasible ? [] : Known(set).Values });
        }
    }

    // A set that was pruned with one seed has no value, whatever another seed came to.
    private void Note(int set)
    {
        var hasEnded = _open[set] == 0;
        PartialResult[] partial = [.. _pruned[set].Values.OfType<PartialResult>()];
        var parameters = Known(set).Parameters;
        _sets.Note(_sets.Earlier + set, _pruned[set].Count == 0 ? _values[set].Observe(parameters, hasEnded) : new Observation(parameters, null, hasEnded)
        {
            Partial = partial.Length == 0 ? null : new PartialResult(partial.Max(each => each.Step), partial.Average(each => each.Value))
            {
                Values = [.. spec.Objectives.Select((_, at) => partial.Average(each => each.Values[at]))],
            },
        });
    }

    private Observation Known(int set) => _sets[_sets.Earlier + set];

    // Null when it came to no value of some objective.
    private async Task<PartialResult?> ReachedAsync(Trial trial)
    {
        var values = ImmutableArray.CreateBuilder<double>();
        var step = double.NegativeInfinity;
        foreach (var objective in spec.Objectives)
        {
            var points = await store.ReadPointsAsync(trial.Id, objective.Metric, CancellationToken.None);
            if (TrialValues.Of(points, objective) is not { } value)
            {
                return null;
            }

            step = values.Count == 0 ? points.Max(point => point.X) : step;
            values.Add(value);
        }

        return values.Count == 0 ? null : new PartialResult(step, values[0]) { Values = values.ToImmutable() };
    }
}
