using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Pruners;

namespace GradientCI.Runner.Orchestration;

/// <summary>The curves of a sweep's trials as the record has them, and what the pruner says to them.</summary>
/// <remarks>Of the trials that other workers drive, too: their points are read from the record when ours are judged.</remarks>
internal sealed class SweepPruning
{
    private readonly Workbench _bench;
    private readonly IPruner _pruner;
    private readonly PruningProblem _problem;
    private readonly Curves _curves;
    private readonly CurveReader _reader;
    private readonly bool _isRepeated;
    private readonly SortedDictionary<int, Trial> _elsewhere = [];
    private readonly SortedDictionary<int, Trial> _queued = [];
    private readonly Dictionary<int, ImmutableSortedDictionary<int, Trial>> _pruned = [];
    private readonly Dictionary<int, (TrialState State, int Attempts)> _ended = [];
    private long _lookedAt;

    private SweepPruning(Run run, Workbench bench, PruningProblem problem)
    {
        (_bench, _problem, _pruner) = (bench, problem, PrunerCatalog.BuiltIn.Find(problem.Pruner.Name));
        _curves = new Curves(_pruner, problem);
        _reader = new CurveReader(run.Spec, bench.Store, _curves);
        _isRepeated = run.Spec.Sweep.Repeats > 1;
        _lookedAt = bench.Time.GetTimestamp();
    }

    /// <summary>Trials that wait although their parameter set was pruned with another seed.</summary>
    public ImmutableArray<Trial> Hopeless => [.. _queued.Values.Where(trial => _curves.HasPrunedSibling(trial.Id.Number))];

    /// <summary>The pruning that a run asks for; null when it asks for none.</summary>
    public static SweepPruning? Of(Run run, Workbench bench) => PruningProblem.Of(run.Spec) is { } problem ? new SweepPruning(run, bench, problem) : null;

    /// <summary>Takes note of trials as they are now.</summary>
    public async Task NoteAsync(ImmutableArray<Trial> trials)
    {
        foreach (var trial in trials)
        {
            await NoteAsync(trial);
        }
    }

    /// <summary>Takes up an attempt that starts, or that another worker left: its curve is read from the record.</summary>
    /// <returns>Why it should end at once, or null: whoever left it may not have come to judge its last point.</returns>
    public async Task<string?> TakeUpAsync(Trial trial)
    {
        var (number, attempt) = (trial.Id.Number, trial.Attempts[^1]);
        _elsewhere.Remove(number);
        _reader.Reset(number);
        MetricPoint? last = null;
        await _reader.ReadAsync(trial, (point, _) => last = point);
        return last is { } point && point.Time >= attempt.PreparingAt && _curves.IsDue(number) ? _pruner.ReasonToPrune(_problem, _curves, number) : null;
    }

    /// <summary>Judges a trial of ours at each of its new points.</summary>
    /// <returns>Why it should end, or null.</returns>
    public async Task<string?> ReasonToPruneAsync(Trial trial)
    {
        await LookElsewhereAsync();
        var number = trial.Id.Number;
        string? reason = null;
        await _reader.ReadAsync(trial, (point, isDue) =>
        {
            if (reason is null && _curves.HasPrunedSibling(number))
            {
                reason = $"Pruned at step {ValueText.Of(point.X)}: its parameter set was pruned with another seed.";
            }
            else if (reason is null && isDue)
            {
                reason = _pruner.ReasonToPrune(_problem, _curves, number);
            }
        });
        return reason;
    }

    /// <summary>The trials of the paused parameter set that should go on before a new one is proposed; none when none should.</summary>
    public ImmutableArray<Trial> NextToResume() =>
        _pruner.NextToResume(_problem, _curves) is { } set && _pruned.TryGetValue(set, out var trials) ? [.. trials.Values] : [];

    /// <summary>Whether the rung where a parameter set was pruned foretells anything.</summary>
    public bool Foretells(int set) => _curves.Foretells(set);

    private async Task NoteAsync(Trial trial)
    {
        var number = trial.Id.Number;
        Place(trial);
        if (!trial.State.HasEnded())
        {
            _curves.Begin(number, trial.ParameterSetNumber);
            _ended.Remove(number);
            return;
        }

        var state = (trial.State, trial.Attempts.Length);
        if (_ended.TryGetValue(number, out var known) && known == state)
        {
            return;
        }

        _ended[number] = state;
        if (!_curves.Knows(number))
        {
            _curves.Begin(number, trial.ParameterSetNumber);
        }

        await _reader.ReadAsync(trial, (_, _) => { });
        _curves.End(number, EndOf(trial));
    }

    private void Place(Trial trial)
    {
        var (number, set) = (trial.Id.Number, trial.ParameterSetNumber);
        Put(_elsewhere, trial.State == TrialState.Running && trial.Attempts[^1].Worker != _bench.Worker);
        Put(_queued, _isRepeated && trial.State == TrialState.Queued);
        var pruned = _pruned.GetValueOrDefault(set, ImmutableSortedDictionary<int, Trial>.Empty);
        _pruned[set] = trial.State == TrialState.Pruned ? pruned.SetItem(number, trial) : pruned.Remove(number);

        void Put(SortedDictionary<int, Trial> trials, bool isIn)
        {
            if (isIn)
            {
                trials[number] = trial;
            }
            else
            {
                trials.Remove(number);
            }
        }
    }

    private CurveEnd EndOf(Trial trial) => trial.State switch
    {
        TrialState.Succeeded => CurveEnd.Completed,
        TrialState.Pruned => TrialCheckpoint.Exists(_bench.Data, trial.Id) ? CurveEnd.Paused : CurveEnd.Pruned,
        _ => CurveEnd.Broken,
    };

    private async Task LookElsewhereAsync()
    {
        if (_bench.Time.GetElapsedTime(_lookedAt) < _bench.Options.LookInterval)
        {
            return;
        }

        _lookedAt = _bench.Time.GetTimestamp();
        foreach (var trial in _elsewhere.Values)
        {
            await _reader.ReadAsync(trial, (_, _) => { });
        }
    }
}
