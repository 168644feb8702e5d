using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>The trials of a run as they are proposed, handed out and judged. Its state is the record in the store.</summary>
internal sealed class Sweep : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Run _run;
    private readonly IExperimentStore _store;
    private readonly TimeProvider _time;
    private readonly ISampler _sampler;
    private readonly SearchProblem _problem;
    private readonly Queue<Trial> _queued;
    private readonly GpuClock _gpus;

    // One observation per parameter set: what the sampler looks at. The values beside it are those of the repeats.
    private readonly List<Observation> _history = [];
    private readonly List<List<double>> _values = [];
    private readonly List<int> _open = [];
    private readonly List<EndedSet> _ended = [];
    private readonly DateTimeOffset _startedAt;

    // Trials of an earlier driving that are tried again: a target that the sweep has reached long ago must not end them.
    private readonly HashSet<TrialId> _retried;
    private int _trials;

    private Sweep(Run run, IExperimentStore store, TimeProvider time, ImmutableArray<Trial> trials)
    {
        _run = run;
        _store = store;
        _time = time;
        _sampler = SamplerCatalog.BuiltIn.Choose(run.Spec.Sweep).Sampler;
        _problem = SearchProblem.Of(run.Spec);
        _queued = new Queue<Trial>(trials.Where(trial => trial.State == TrialState.Queued));
        _retried = [.. _queued.Select(trial => trial.Id)];
        _gpus = new GpuClock(run.Spec.Resources.Gpus, trials.SelectMany(trial => trial.Attempts));
        _startedAt = time.GetUtcNow();
        _trials = trials.Length;
    }

    /// <summary>Why the sweep ended before its last trial; empty when it did not.</summary>
    public string StopNote { get; private set; } = "";

    /// <summary>Takes up a run where its record stands.</summary>
    public static async Task<Sweep> LoadAsync(Run run, IExperimentStore store, TimeProvider time)
    {
        var trials = await store.ListTrialsAsync(run.Id, CancellationToken.None);
        var sweep = new Sweep(run, store, time, trials);
        foreach (var set in trials.GroupBy(trial => trial.ParameterSetNumber).OrderBy(set => set.Key))
        {
            sweep.Remember(TrialFactory.Searched(run.Spec, set.First().Parameters));
        }

        foreach (var trial in trials.Where(trial => trial.State.HasEnded()).OrderBy(trial => trial.EndedAt))
        {
            await sweep.JudgeAsync(trial);
        }

        return sweep;
    }

    /// <summary>The next trial to drive, proposed if need be; null when there is none.</summary>
    public async Task<Trial?> NextAsync()
    {
        using var turn = await TakeTurnAsync();
        if (_queued.Count == 0 && StopNote.Length == 0 && _history.Count < (_run.Spec.Sweep.MaxTrials ?? int.MaxValue)
            && _sampler.Propose(_problem, _history) is { } proposed)
        {
            Remember(proposed);
            var trials = TrialFactory.Repeats(_run, proposed, _history.Count, _trials + 1);
            await _store.AddTrialsAsync(trials, CancellationToken.None);
            _trials += trials.Length;
            foreach (var trial in trials)
            {
                _queued.Enqueue(trial);
            }
        }

        if (!_queued.TryDequeue(out var next))
        {
            return null;
        }

        _gpus.Start(next.Id.Number, _time.GetUtcNow());
        return next;
    }

    /// <summary>Takes note of an ended trial.</summary>
    public async Task RecordAsync(Trial trial)
    {
        using var turn = await TakeTurnAsync();
        _gpus.End(trial.Id.Number, _time.GetUtcNow());
        _retried.Remove(trial.Id);
        await JudgeAsync(trial);
    }

    /// <summary>Why the sweep ends now, or null when it goes on.</summary>
    public async Task<string?> ReasonToStopAsync()
    {
        using var turn = await TakeTurnAsync();
        var now = _time.GetUtcNow();
        var progress = new SweepProgress(_startedAt, now, _gpus.Seconds(now), _ended);
        var rules = _retried.Count == 0 ? _run.Spec.Sweep.Stop : _run.Spec.Sweep.Stop with { Target = null, Patience = null };
        var reason = StopRules.ReasonToStop(rules, _run.Spec.Objective, progress);
        if (reason is not null && StopNote.Length == 0)
        {
            StopNote = $"The sweep ended early: {reason}.";
        }

        return reason is null ? null : StopNote;
    }

    public void Dispose() => _turn.Dispose();

    private void Remember(ParameterSet proposed)
    {
        _history.Add(new Observation(proposed, null, HasEnded: false));
        _values.Add([]);
        _open.Add(_run.Spec.Sweep.Repeats);
    }

    private async Task JudgeAsync(Trial trial)
    {
        var set = trial.ParameterSetNumber - 1;
        _open[set]--;
        if (trial.State == TrialState.Succeeded && _run.Spec.Objective is { } objective
            && TrialValues.Of(await _store.ReadPointsAsync(trial.Id, objective.Metric, CancellationToken.None), objective) is { } value
            && await IsFeasibleAsync(trial.Id))
        {
            _values[set].Add(value);
        }

        double? mean = _values[set].Count == 0 ? null : _values[set].Average();
        _history[set] = _history[set] with { Value = mean, HasEnded = _open[set] == 0 };
        if (_open[set] == 0)
        {
            _ended.Add(new EndedSet(set + 1, mean));
        }
    }

    private async Task<bool> IsFeasibleAsync(TrialId trial)
    {
        foreach (var constraint in _run.Spec.Constraints)
        {
            var points = await _store.ReadPointsAsync(trial, constraint.Metric, CancellationToken.None);
            if (points.IsEmpty || !constraint.Target.Contains(points[^1].Y))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<IDisposable> TakeTurnAsync()
    {
        await _turn.WaitAsync();
        return new Turn(_turn);
    }

    private sealed record Turn(SemaphoreSlim Semaphore) : IDisposable
    {
        public void Dispose() => Semaphore.Release();
    }
}
