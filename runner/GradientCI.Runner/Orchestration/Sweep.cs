using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>The trials of a run as they are proposed, claimed and judged. Its state is the record in the store.</summary>
/// <remarks>
/// Several workers may sweep one run at a time: each claims queued trials, proposes the next when none is queued, and
/// reads what the others did. Whoever proposes second is told so by the store, reads on, and proposes from there.
/// </remarks>
internal sealed class Sweep : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Run _run;
    private readonly Workbench _bench;
    private readonly ISampler _sampler;
    private readonly SearchProblem _problem;
    private readonly GpuClock _gpus;
    private readonly SweepHistory _history;
    private readonly SweepPruning? _pruning;

    // Trials of an earlier driving that are tried again: a target that the sweep has reached long ago must not end them.
    private readonly HashSet<int> _retried = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ClaimRefusal _told;
    private long _seen;

    // How many sets there were when the sampler had no further one; it is not asked again until there are more.
    private int _exhaustedAt = -1;

    private Sweep(Run run, ImmutableArray<EarlierSet> earlier, Workbench bench)
    {
        (_run, _bench) = (run, bench);
        _sampler = SamplerCatalog.BuiltIn.Of(run);
        _problem = SearchProblem.Of(run.Spec);
        _gpus = new GpuClock(run.Spec.Resources.Gpus);
        _history = new SweepHistory(run.Spec, bench.Store, earlier);
        _pruning = SweepPruning.Of(run, bench);
        if (_pruning is { } pruning)
        {
            _history.Sets.Foretells = place => pruning.Foretells(place - _history.Sets.Earlier + 1);
        }
    }

    /// <summary>Ends when the next trial has ended here.</summary>
    public Task News => _news.Task;

    // Nothing new is proposed any more, whatever the trials under way come to.
    private bool IsSpent => StopNote.Length > 0 || _history.Count >= (_run.Spec.Sweep.MaxTrials ?? int.MaxValue) || _history.Count == _exhaustedAt;

    /// <summary>Why the sweep ended before its last trial; empty when it did not.</summary>
    public string StopNote { get; private set; } = "";

    /// <summary>Trials that this worker owned when the run was taken up: an earlier driving of the run broke off in this process.</summary>
    public ImmutableArray<Trial> LeftBehind { get; private set; } = [];

    /// <summary>Takes up a run where its record stands.</summary>
    public static async Task<Sweep> LoadAsync(Run run, Workbench bench)
    {
        var earlier = run.WarmStart is null ? [] : await bench.Store.ListEarlierSetsAsync(run.Id, CancellationToken.None);
        var sweep = new Sweep(run, earlier, bench);
        var trials = await sweep.ReadNewsAsync();
        sweep.LeftBehind = [.. trials.Where(trial => trial.State is TrialState.Starting or TrialState.Running && trial.Attempts[^1].Worker == bench.Worker)];
        foreach (var trial in trials)
        {
            if (trial is { State: TrialState.Queued, Attempts: [.., { Outcome: not AttemptOutcome.Pruned }] })
            {
                sweep._retried.Add(trial.Id.Number);
            }
        }

        return sweep;
    }

    /// <summary>Claims the next trial: one that waits, one that was paused and goes on, or one that is proposed.</summary>
    /// <param name="gpus">The GPUs that it will own.</param>
    /// <returns>The trial; without one, whether there will be none any more.</returns>
    public async Task<(Trial? Trial, bool IsOver)> NextAsync(ImmutableArray<int> gpus)
    {
        using var turn = await TakeTurnAsync();
        var claim = new TrialClaim(_run.Id, _bench.Worker, gpus, _bench.Time.GetUtcNow()) { Parallel = _run.Spec.Sweep.Parallel ?? int.MaxValue };
        while (true)
        {
            await EndHopelessAsync();
            var (trial, refusal) = await _bench.Queue.ClaimTrialAsync(claim, CancellationToken.None);
            if (trial is not null)
            {
                _told = ClaimRefusal.None;
                _gpus.Note(trial);
                return (trial, false);
            }

            TellWhy(refusal);

            if (refusal != ClaimRefusal.NothingQueued)
            {
                return (null, false);
            }

            await ReadNewsAsync();
            if (!await ResumeAsync() && !await ProposeAsync())
            {
                return (null, _history.OpenTrials == 0);
            }
        }
    }

    /// <summary>Whether a trial may start yet. A run that waits for room to start one would never end when there is none.</summary>
    public async Task<bool> HasMoreAsync()
    {
        using var turn = await TakeTurnAsync();
        await ReadNewsAsync();
        await EndHopelessAsync();
        if (_history.OpenTrials > 0 || (StopNote.Length == 0 && _pruning?.NextToResume() is { IsEmpty: false }))
        {
            return true;
        }

        if (!IsSpent && (_history.Opening ?? _sampler.Propose(_problem, _history.Sets)) is null)
        {
            _exhaustedAt = _history.Count;
        }

        return !IsSpent;
    }

    /// <summary>Takes note of a trial that has ended, or is queued again.</summary>
    public async Task RecordAsync(Trial trial)
    {
        using var turn = await TakeTurnAsync();
        if (_history.Knows(trial))
        {
            await NoteAsync([trial]);
        }
        else
        {
            // Another worker proposed it since we last asked, and perhaps others before it.
            await ReadNewsAsync();
        }

        // With nothing left to propose, hundreds of lanes would wake at each end to be told that there is nothing.
        if (IsSpent && _pruning is null && trial.State.HasEnded() && _history.OpenTrials > 0)
        {
            return;
        }

        var news = _news;
        _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        news.SetResult();
    }

    /// <summary>Takes up an attempt of ours before it is watched.</summary>
    /// <returns>Why it should end as unpromising, or null.</returns>
    public async Task<string?> TakeUpAsync(Trial trial)
    {
        if (_pruning is null)
        {
            return null;
        }

        // Another worker may have proposed it since we last asked.
        using var turn = await TakeTurnAsync();
        await ReadNewsAsync();
        return await _pruning.TakeUpAsync(trial);
    }

    /// <summary>Judges an attempt of ours by the points that the record has of it and of all others.</summary>
    /// <returns>Why it should end as unpromising, or null.</returns>
    public async Task<string?> ReasonToPruneAsync(Trial trial)
    {
        if (_pruning is null)
        {
            return null;
        }

        using var turn = await TakeTurnAsync();
        await ReadNewsAsync();
        return await _pruning.ReasonToPruneAsync(trial);
    }

    /// <summary>Waits until a trial ended here, or for a while: what others do is not announced.</summary>
    /// <param name="news">Taken from <see cref="News"/> before it was looked for a trial.</param>
    /// <param name="atMost">The longest time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(Task news, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(news, Task.Delay(atMost, _bench.Time, enough.Token));
        await enough.CancelAsync();
    }

    /// <summary>Why the sweep ends now, or null when it goes on.</summary>
    public async Task<string?> ReasonToStopAsync()
    {
        using var turn = await TakeTurnAsync();
        return ReasonToStop();
    }

    public void Dispose() => _turn.Dispose();

    // Seeds of a parameter set that was pruned with another one.
    private async Task EndHopelessAsync()
    {
        foreach (var trial in _pruning?.Hopeless ?? [])
        {
            await MoveAsync(trial, TrialState.Queued, TrialState.Pruned, "Not started: its parameter set was pruned with another seed.");
        }
    }

    /// <returns>Whether there may be something to claim now.</returns>
    private async Task<bool> ResumeAsync()
    {
        var paused = StopNote.Length > 0 ? [] : _pruning?.NextToResume() ?? [];
        foreach (var trial in paused)
        {
            await MoveAsync(trial, TrialState.Pruned, TrialState.Queued, "");
        }

        return !paused.IsEmpty;
    }

    // Whoever comes second is told so, and reads what the first one did.
    private async Task MoveAsync(Trial trial, TrialState from, TrialState to, string reason)
    {
        if (!await _bench.Store.UpdateTrialAsync(new TrialUpdate(trial.Id, from, to, null, reason), CancellationToken.None))
        {
            await ReadNewsAsync();
            return;
        }

        trial = trial with { State = to, Reason = reason };
        await NoteAsync([trial]);
        _bench.Observer.TrialChanged(trial);
    }

    /// <returns>Whether there may be something to claim now.</returns>
    private async Task<bool> ProposeAsync()
    {
        if (IsSpent)
        {
            return false;
        }

        if ((_history.Opening ?? _sampler.Propose(_problem, _history.Sets)) is not { } proposed)
        {
            _exhaustedAt = _history.Count;
            return false;
        }

        var trials = TrialFactory.Repeats(_run, proposed, _history.Count + 1, _history.Trials + 1);
        if (await _bench.Store.AddTrialsAsync(trials, CancellationToken.None))
        {
            await NoteAsync(trials);
            await ReuseAsync(trials);
            ReasonToStop();
        }

        return true;
    }

    // Every lane asks again every second; once is enough until something starts again.
    private void TellWhy(ClaimRefusal refusal)
    {
        var sentence = refusal switch
        {
            ClaimRefusal.GpuHeld => $"{_run.Id} waits for a GPU that a trial of another worker holds.",
            ClaimRefusal.Paused => $"{_run.Id} waits: the data folder is paused, and no new trial starts until gradientci resume.",
            _ => null,
        };
        if (sentence is not null && _told != refusal)
        {
            _told = refusal;
            _bench.Observer.Waits(sentence);
        }
    }

    private string? ReasonToStop()
    {
        var now = _bench.Time.GetUtcNow();
        var progress = new SweepProgress(_run.StartedAt ?? now, now, _gpus.Seconds(now), _history.Ended);
        var rules = _retried.Count == 0 ? _run.Spec.Sweep.Stop : _run.Spec.Sweep.Stop with { Target = null, Patience = null };
        var reason = StopRules.ReasonToStop(rules, _run.Spec.Objectives, progress);
        if (reason is not null && StopNote.Length == 0)
        {
            StopNote = $"The sweep ended early: {reason}.";
        }

        return reason is null ? null : StopNote;
    }

    private async Task ReuseAsync(ImmutableArray<Trial> trials)
    {
        var reuse = new ResultReuse(_run, _bench);
        foreach (var trial in trials)
        {
            if (await reuse.TryTakeOverAsync(trial) is { } taken)
            {
                await NoteAsync([taken]);
                _bench.Observer.TrialChanged(taken);
            }
        }
    }

    private async Task<ImmutableArray<Trial>> ReadNewsAsync()
    {
        var changes = await _bench.Queue.ListChangesAsync(_run.Id, _seen, CancellationToken.None);
        _seen = changes.Until;
        await NoteAsync(changes.Trials);
        return changes.Trials;
    }

    private async Task NoteAsync(ImmutableArray<Trial> trials)
    {
        foreach (var trial in trials)
        {
            _gpus.Note(trial);
            if (trial.State.HasEnded())
            {
                _retried.Remove(trial.Id.Number);
            }
        }

        await _history.NoteAsync(trials);
        if (_pruning is not null)
        {
            await _pruning.NoteAsync(trials);
        }
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
