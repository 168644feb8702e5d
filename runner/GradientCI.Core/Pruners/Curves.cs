namespace GradientCI.Pruners;

/// <summary>The objectives' curves of all trials of a sweep, kept so that a comparison costs the same after 10,000 trials.</summary>
/// <remarks>
/// What it holds depends on the points and ends that it was told, and not on the order in which those of different trials
/// came. At each rung the losses of the parameter sets are kept, of one objective sorted; a rung is built when it is first looked at, and
/// kept up to date from then on. For one thread at a time.
/// </remarks>
public sealed class Curves
{
    private readonly PruningProblem _problem;
    private readonly ILadder _ladder;
    private readonly Dictionary<int, TrialCurve> _trials = [];
    private readonly Dictionary<int, SetCurves> _sets = [];
    private readonly SortedDictionary<int, SortedDictionary<double, Rung>> _groups = [];
    private readonly SortedSet<int> _completed = [];
    private readonly Dictionary<(int Group, double Step), bool> _foretold = [];

    /// <summary>No curves yet.</summary>
    public Curves(IPruner pruner, PruningProblem problem) => (_problem, _ladder) = (problem, pruner.LadderOf(problem));

    /// <summary>How many trials ran to their end.</summary>
    public int Completed { get; private set; }

    /// <summary>The furthest step of a trial that ran to its end; NaN while there is none.</summary>
    public double Furthest { get; private set; } = double.NaN;

    /// <summary>Whether a trial is known.</summary>
    public bool Knows(int trial) => _trials.ContainsKey(trial);

    /// <summary>A trial waits or runs; one that had ended goes on with its curve.</summary>
    /// <param name="trial">The trial's number.</param>
    /// <param name="set">The number of its parameter set.</param>
    public void Begin(int trial, int set)
    {
        if (!_trials.TryGetValue(trial, out var curve))
        {
            _sets.TryAdd(set, new SetCurves(set));
            _trials.Add(trial, curve = new TrialCurve(_problem, _ladder.IsAtEveryPoint, set));
            _sets[set].Trials.Add(curve);
        }

        if (curve.End is not null)
        {
            Change(curve, double.NegativeInfinity, double.PositiveInfinity, () => curve.End = null);
        }
    }

    /// <summary>Adds the next point of a trial that began, of a sweep with one objective.</summary>
    /// <inheritdoc cref="Add(int, double, ReadOnlySpan{double}, bool)"/>
    public bool Add(int trial, double step, double value, bool isInfeasible = false) => Add(trial, step, [value], isInfeasible);

    /// <summary>Adds the next point of a trial that began.</summary>
    /// <param name="trial">The trial's number.</param>
    /// <param name="step">The point's x.</param>
    /// <param name="values">What each objective is there; may be NaN.</param>
    /// <param name="isInfeasible">Whether the trial breaks a constraint there, and so counts as worse than those that break none.</param>
    /// <returns>Whether the trial should be judged now: it reached a rung, or is judged at every point.</returns>
    public bool Add(int trial, double step, ReadOnlySpan<double> values, bool isInfeasible = false)
    {
        var (curve, point) = (_trials[trial], _problem.LossesOf(values));
        var (before, rung) = (curve.LastRung, _ladder.RungAt(step));
        if (rung > before || (double.IsNaN(before) && !double.IsNaN(rung)))
        {
            Change(curve, double.IsNaN(before) ? double.NegativeInfinity : before, rung, () => curve.Add(step, rung, point, isInfeasible));
        }
        else
        {
            curve.Add(step, double.NaN, point, isInfeasible);
        }

        return curve.IsDue;
    }

    /// <summary>Whether the last point of a trial was one to judge it at.</summary>
    public bool IsDue(int trial) => _trials[trial].IsDue;

    /// <summary>Whether another trial of a trial's parameter set was pruned: the set is not worth its other seeds.</summary>
    public bool HasPrunedSibling(int trial) =>
        _trials[trial] is var curve && _sets[curve.Set].Trials.Exists(other => other != curve && other.End is CurveEnd.Pruned or CurveEnd.Paused);

    /// <summary>How many points a trial has.</summary>
    public long PointsOf(int trial) => _trials[trial].Points;

    /// <summary>A trial starts from nothing: what it had shown does not count any more.</summary>
    public void Forget(int trial)
    {
        var curve = _trials[trial];
        Change(curve, double.NegativeInfinity, double.PositiveInfinity, curve.Forget);
    }

    /// <summary>A trial has ended; again and otherwise, if need be.</summary>
    public void End(int trial, CurveEnd end)
    {
        var curve = _trials[trial];
        if (curve.End == end)
        {
            return;
        }

        Completed += (end == CurveEnd.Completed ? 1 : 0) - (curve.End == CurveEnd.Completed ? 1 : 0);
        Change(curve, double.NegativeInfinity, double.PositiveInfinity, () => curve.End = end);
        if (end == CurveEnd.Completed && !(curve.Step <= Furthest))
        {
            Regroup(curve.Step);
        }
    }

    /// <summary>
    /// Whether the rung where a parameter set stopped foretells anything, as far as can be seen by now; else what it was there says
    /// neither good nor ill of it.
    /// </summary>
    public bool Foretells(int set) =>
        !_sets.TryGetValue(set, out var curves) || double.IsNaN(curves.LastRung) || Foretells(set, curves.LastRung);

    /// <summary>A trial's curve.</summary>
    internal TrialCurve Of(int trial) => _trials[trial];

    /// <summary>The curves of a trial's parameter set.</summary>
    internal SetCurves SetOf(int trial) => _sets[_trials[trial].Set];

    /// <summary>The sets of a set's group at a rung.</summary>
    internal Rung RungOf(int set, double step)
    {
        var group = _ladder.GroupOf(set, Furthest);
        if (!_groups.TryGetValue(group, out var rungs))
        {
            _groups.Add(group, rungs = []);
        }

        if (!rungs.TryGetValue(step, out var rung))
        {
            var isAskedForSets = !double.IsNaN(_ladder.RungAfter(step));
            rungs.Add(step, rung = _problem.Objectives.Length == 1 ? new SortedRung(isAskedForSets) : new FrontRung());
            foreach (var each in _sets.Values.Where(each => _ladder.GroupOf(each.Number, Furthest) == group))
            {
                rung.Replace(each.Number, null, LossesAt(each, step));
            }
        }

        return rung;
    }

    /// <summary>The rungs that were looked at: group by group, the highest first.</summary>
    internal IEnumerable<(double Step, Rung Rung)> RungsFromTheTop() => _groups.Values.SelectMany(rungs => rungs.Reverse().Select(each => (each.Key, each.Value)));

    /// <summary>Whether the order at a rung is borne out, or not refuted yet, by what sets of a set's group were at the next rung and by what those of all groups were at their end.</summary>
    internal bool Foretells(int set, double step)
    {
        var key = (_ladder.GroupOf(set, Furthest), step);
        if (!_foretold.TryGetValue(key, out var foretells))
        {
            var next = _ladder.RungAfter(step);
            _foretold[key] = foretells = !Foresight.IsRefuted(Newest(_completed.Reverse(), each => each.LossesAt(step, isOfCompleted: true), each => each.LossesAtEnd))
                && (double.IsNaN(next) || !Foresight.IsRefuted(Newest(RungOf(set, next).Newest, each => LossesAt(each, step), each => LossesAt(each, next))));
        }

        return foretells;
    }

    private List<ThenAndLater> Newest(IEnumerable<int> numbers, Func<SetCurves, Losses?> then, Func<SetCurves, Losses?> later)
    {
        var sets = new List<ThenAndLater>(Foresight.Newest);
        foreach (var set in numbers.Select(number => _sets[number]))
        {
            if (then(set) is { } before && later(set) is { } after)
            {
                sets.Add(new ThenAndLater(before, after));
                if (sets.Count == Foresight.Newest)
                {
                    break;
                }
            }
        }

        return sets;
    }

    // What a change of one curve does to the rungs above one step and up to another.
    private void Change(TrialCurve curve, double above, double upTo, Action change)
    {
        var set = _sets[curve.Set];
        set.Resume();
        (Rung Rung, double Step, Losses? Losses)[] reached = _groups.TryGetValue(_ladder.GroupOf(set.Number, Furthest), out var rungs)
            ? [.. rungs.Where(each => each.Key > above && each.Key <= upTo).Select(each => (each.Value, each.Key, LossesAt(set, each.Key)))]
            : [];
        change();
        foreach (var (rung, step, before) in reached)
        {
            rung.Replace(set.Number, before, LossesAt(set, step));
        }

        _foretold.Clear();
        if (set.HasCompleted)
        {
            _completed.Add(set.Number);
        }
        else
        {
            _completed.Remove(set.Number);
        }

        Pause(set);
    }

    private Losses? LossesAt(SetCurves set, double step) => set.LossesAt(step, _ladder.IsOfCompleted);

    private void Pause(SetCurves set)
    {
        if (set.PausedAt is { } step && LossesAt(set, step) is { } losses)
        {
            set.Pause(RungOf(set.Number, step), losses);
        }
    }

    private void Regroup(double furthest)
    {
        var moved = _sets.Keys.Any(set => _ladder.GroupOf(set, furthest) != _ladder.GroupOf(set, Furthest));
        Furthest = furthest;
        if (moved)
        {
            // Rungs are built again when they are looked at.
            _groups.Clear();
            _foretold.Clear();
            foreach (var set in _sets.Values)
            {
                set.Resume();
                Pause(set);
            }
        }
    }
}

/// <summary>How a trial ended, as far as pruning goes.</summary>
public enum CurveEnd
{
    /// <summary>It ran to its end.</summary>
    Completed,

    /// <summary>It was pruned, and has nothing to go on from.</summary>
    Pruned,

    /// <summary>It was pruned, and can go on where it stood.</summary>
    Paused,

    /// <summary>It failed, or was cancelled.</summary>
    Broken,
}
