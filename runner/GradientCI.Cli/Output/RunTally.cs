using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Samplers;

namespace GradientCI.Cli.Output;

/// <summary>Counts what happened in a run so far, for whoever shows it. Safe for several threads.</summary>
internal sealed class RunTally(Run run, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, Trial> _running = [];
    private readonly Dictionary<TrialId, IReadOnlyDictionary<string, MetricPoint>> _latest = [];
    private readonly long _started = time.GetTimestamp();
    private readonly HashSet<int> _ended = [];
    private readonly HashSet<int> _failed = [];
    private readonly HashSet<int> _pruned = [];

    /// <summary>The run.</summary>
    public Run Run { get; } = run;

    /// <summary>How many trials the sweep will have at most; null when nobody knows.</summary>
    public int? Planned { get; } = PlannedTrials.Of(run.Spec.Sweep);

    /// <summary>How long the counted trials had been going on when the view began.</summary>
    public TimeSpan Before { get; init; }

    /// <summary>How long they have been going on by now.</summary>
    public TimeSpan Elapsed => Before + time.GetElapsedTime(_started);

    public void Note(Trial trial)
    {
        lock (_lock)
        {
            // Counted as they end: adding up all trials at each of ten thousand ends would be a hundred million steps.
            var number = trial.Id.Number;
            _running.Remove(number);
            if (trial.State is TrialState.Starting or TrialState.Running)
            {
                _running[number] = trial;
            }

            // A pruned one may go on.
            Put(_ended, number, trial.State.HasEnded());
            Put(_failed, number, trial.State.HasFailed());
            Put(_pruned, number, trial.State == TrialState.Pruned);
        }
    }

    public void Note(TrialId trial, IReadOnlyDictionary<string, MetricPoint> latest)
    {
        lock (_lock)
        {
            _latest[trial] = latest;
        }
    }

    /// <summary>How many trials have ended, how many of those without success, and how many as unpromising.</summary>
    public (int Ended, int Failed, int Pruned) Counts()
    {
        lock (_lock)
        {
            return (_ended.Count, _failed.Count, _pruned.Count);
        }
    }

    /// <summary>The trials that run now, by number.</summary>
    public IReadOnlyList<Trial> Running()
    {
        lock (_lock)
        {
            return [.. _running.Values];
        }
    }

    /// <summary>The newest value of each objective, or of the first metric.</summary>
    public string Latest(TrialId trial)
    {
        lock (_lock)
        {
            if (!_latest.TryGetValue(trial, out var latest) || latest.Count == 0)
            {
                return "";
            }

            string[] metrics = [.. Run.Spec.Objectives.Select(objective => objective.Metric).Where(latest.ContainsKey)];
            metrics = metrics.Length > 0
                ? metrics
                : [.. latest.Keys.Where(name => !name.StartsWith(MetricLimits.SystemPrefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(1)];
            return string.Join(", ", metrics.Select(metric => $"{Plain.Fit(metric, 40)} {ValueText.Of(latest[metric].Y)}"));
        }
    }

    /// <summary>What is left, judged by the trials so far; null before the first has ended.</summary>
    public TimeSpan? Left() =>
        Planned is { } planned && Counts().Ended is var ended and > 0 ? Elapsed / ended * (planned - ended) : null;

    private static void Put(HashSet<int> trials, int number, bool isIn)
    {
        if (isIn)
        {
            trials.Add(number);
        }
        else
        {
            trials.Remove(number);
        }
    }
}
