using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Reports.Analysis;

/// <summary>How many trials stand where.</summary>
/// <param name="States">States that occur, in the order of a trial's life, with their counts.</param>
/// <param name="Cached">How many took an earlier result over.</param>
internal sealed record Tally(ImmutableArray<(TrialState State, int Count)> States, int Cached)
{
    public static Tally Of(RunSnapshot run)
    {
        var states = ImmutableArray.CreateBuilder<(TrialState, int)>();
        foreach (var state in Enum.GetValues<TrialState>())
        {
            if (run.Trials.Count(trial => trial.Trial.State == state) is > 0 and var count)
            {
                states.Add((state, count));
            }
        }

        return new Tally(states.ToImmutable(), run.Trials.Count(trial => trial.Trial.CachedFrom is not null));
    }

    /// <summary>All trials.</summary>
    public int Total => States.Sum(state => state.Count);

    /// <summary>Trials to which nothing more will happen.</summary>
    public int Ended => States.Where(state => state.State.HasEnded()).Sum(state => state.Count);

    /// <summary>Trials that count as failures.</summary>
    public int Bad => States.Where(state => state.State.HasFailed()).Sum(state => state.Count);

    /// <summary>Trials that were ended as unpromising.</summary>
    public int Pruned => States.Where(state => state.State == TrialState.Pruned).Sum(state => state.Count);

    /// <summary><c>22 succeeded, 2 failed (4 from cache)</c>.</summary>
    public override string ToString()
    {
        var text = States.IsEmpty ? "none" : string.Join(", ", States.Select(state => $"{state.Count:N0} {state.State.Word()}"));
        return Cached == 0 ? text : $"{text} ({Cached:N0} from cache)";
    }
}

/// <summary>Trials that ended badly for the same reason.</summary>
/// <param name="State">How they ended.</param>
/// <param name="Reason">The sentence they share; untrusted text.</param>
/// <param name="Trials">Their labels, by number.</param>
internal sealed record FailureGroup(TrialState State, string Reason, ImmutableArray<TrialId> Trials)
{
    /// <summary>Groups by state and reason, the most frequent first.</summary>
    public static ImmutableArray<FailureGroup> Of(RunSnapshot run) =>
    [
        .. run.Trials
            .Where(trial => trial.Trial.State.HasFailed())
            .GroupBy(trial => new { trial.Trial.State, Reason = PlainText.Of(trial.Trial.Reason, 300) })
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.First().Trial.Id.Number)
            .Select(group => new FailureGroup(group.Key.State, group.Key.Reason, [.. group.Select(trial => trial.Trial.Id)])),
    ];
}
