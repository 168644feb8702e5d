using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workers;
using GradientCI.Stores;

namespace GradientCI.Cli.Runs;

/// <summary>Follows a run by its record alone, whichever process drives it.</summary>
/// <remarks>A beat costs what is new and the trials that run, however many have ended.</remarks>
internal sealed class RunWatcher(RunId id, WatchedRecord record)
{
    private const int BeatsPerLook = 4;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AnnouncementPatience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<TrialId, TrialState> _told = [];
    private readonly Dictionary<TrialId, Trial> _open = [];
    private readonly Dictionary<TrialId, long> _points = [];
    private long _since;
    private RunState? _state;
    private Pause? _pause;

    // A worker that was just asked for has not begun its lease: only the second look without one says that there is none.
    private int _looksWithoutDriver;

    private bool IsDriven => _looksWithoutDriver < 2;

    /// <summary>How the trials stand now; changes after that are followed.</summary>
    public async Task<ImmutableArray<Trial>> CatchUpAsync(CancellationToken cancellationToken)
    {
        var trials = await ReadChangesAsync(cancellationToken);
        foreach (var trial in trials)
        {
            Keep(trial);
        }

        return trials;
    }

    /// <summary>Tells what happens until the run has ended, and its trials with it.</summary>
    /// <returns>The run, announced unless nobody is there to do it.</returns>
    /// <exception cref="GradientException">The run was removed, or the record cannot be read.</exception>
    public async Task<Run> FollowAsync(IRunObserver view, CancellationToken cancellationToken)
    {
        for (var beat = 0; ; beat++)
        {
            // The run first: when it had ended, what is read of its trials afterwards is the end of them, too.
            var run = await FindAsync(cancellationToken);
            if (!run.HasEnded)
            {
                Tell(run, view);
            }

            await TellChangesAsync(view, cancellationToken);
            if (beat % BeatsPerLook == 0)
            {
                await TellMetricsAsync(_open.Keys, view, cancellationToken);
                await LookForDriverAsync(run, view, cancellationToken);
            }

            if (run.HasEnded && (_open.Count == 0 || !IsDriven))
            {
                Tell(run, view);
                return await AwaitAnnouncementAsync(run, cancellationToken);
            }

            await Task.Delay(Beat, record.Time, cancellationToken);
        }
    }

    private void Tell(Run run, IRunObserver view)
    {
        if (run.State != _state)
        {
            _state = run.State;
            view.RunChanged(run);
        }
    }

    private async Task TellChangesAsync(IRunObserver view, CancellationToken cancellationToken)
    {
        foreach (var trial in await ReadChangesAsync(cancellationToken))
        {
            var known = _open.GetValueOrDefault(trial.Id);
            if (known is { Attempts: [.., var before] } && trial.Attempts is [.., var now] && before.Id == now.Id && before.Worker != now.Worker)
            {
                view.TrialAdopted(trial, before.Worker);
            }

            if (trial.State.HasEnded())
            {
                await TellMetricsAsync([trial.Id], view, cancellationToken);
                _points.Remove(trial.Id);
            }

            if (Keep(trial))
            {
                view.TrialChanged(trial);
            }
        }
    }

    private async Task TellMetricsAsync(IEnumerable<TrialId> trials, IRunObserver view, CancellationToken cancellationToken)
    {
        foreach (var trial in trials.Where(trial => _open.GetValueOrDefault(trial)?.State != TrialState.Queued).ToList())
        {
            var summaries = await record.Runs.ListSummariesAsync(trial, cancellationToken);
            var points = summaries.Sum(series => series.Summary.Count);
            if (points != _points.GetValueOrDefault(trial))
            {
                _points[trial] = points;
                view.MetricsRead(trial, summaries.ToDictionary(series => series.Metric, series => series.Summary.Last, StringComparer.Ordinal));
            }
        }
    }

    private async Task LookForDriverAsync(Run run, IRunObserver view, CancellationToken cancellationToken)
    {
        var isDriven = (await WorkerRoster.ReadAsync(record.Data, record.Queue, cancellationToken)).Covers(run);
        _looksWithoutDriver = isDriven ? 0 : _looksWithoutDriver + 1;
        if (_looksWithoutDriver == 2 && !run.HasEnded)
        {
            view.Waits($"Nobody drives {id}. It goes on with: gradientci worker --until-idle, or gradientci retry {id}");
        }

        var pause = run.HasEnded ? null : await record.Pauses.FindPauseAsync(cancellationToken);
        if (pause is not null && pause != _pause)
        {
            view.Waits(Output.Plain.Line($"{pause}"));
        }

        _pause = pause;
    }

    private async Task<Run> AwaitAnnouncementAsync(Run run, CancellationToken cancellationToken)
    {
        var since = record.Time.GetTimestamp();
        while (!run.IsAnnounced && IsDriven && record.Time.GetElapsedTime(since) < AnnouncementPatience)
        {
            await Task.Delay(Beat, record.Time, cancellationToken);
            run = await FindAsync(cancellationToken);
        }

        return run;
    }

    private async Task<ImmutableArray<Trial>> ReadChangesAsync(CancellationToken cancellationToken)
    {
        var changes = await record.Queue.ListChangesAsync(id, _since, cancellationToken);
        _since = changes.Until;
        return changes.Trials;
    }

    private async Task<Run> FindAsync(CancellationToken cancellationToken) => await record.Runs.FindRunAsync(id, cancellationToken)
        ?? throw new GradientException(FailureKind.Usage, $"{id} was removed while it was watched.", "See the runs there are with: gradientci list");

    /// <returns>Whether it moved on; the record of a trial also changes without that.</returns>
    private bool Keep(Trial trial)
    {
        var isNews = !_told.TryGetValue(trial.Id, out var told) || told != trial.State;
        _told[trial.Id] = trial.State;
        if (trial.State.HasEnded())
        {
            _open.Remove(trial.Id);
        }
        else
        {
            _open[trial.Id] = trial;
        }

        return isNews;
    }
}
