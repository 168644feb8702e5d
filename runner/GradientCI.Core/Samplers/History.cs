using System.Collections;
using System.Diagnostics.CodeAnalysis;
using GradientCI.SearchSpaces;

namespace GradientCI.Samplers;

/// <summary>The parameter sets of a sweep in order of proposal, perhaps behind those of earlier runs, which also knows at once whether it has one.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "A history is what samplers call it.")]
public sealed class History : IReadOnlyList<Observation>
{
    private readonly List<Observation> _observations = [];
    private readonly HashSet<ParameterSet> _sets = [];

    /// <summary>Whether what a pruned set came to says anything of what it would have come to, by its place; all do unless a pruner says otherwise.</summary>
    public Func<int, bool> Foretells { get; set; } = _ => true;

    /// <inheritdoc/>
    public int Count => _observations.Count;

    /// <summary>How many of them, the first, are of earlier runs: this sweep has not proposed them, and they have ended.</summary>
    public int Earlier { get; private set; }

    /// <summary>How many different sets there are.</summary>
    public int Distinct => _sets.Count;

    /// <summary>How many have not ended.</summary>
    public int Running { get; private set; }

    /// <inheritdoc/>
    public Observation this[int index] => _observations[index];

    /// <summary>A history that begins with what earlier runs found.</summary>
    public static History After(IEnumerable<Observation> earlier)
    {
        History history = [.. earlier];
        history.Earlier = history.Count;
        return history;
    }

    /// <summary>Adds a set that was proposed.</summary>
    public void Add(Observation observation)
    {
        _observations.Add(observation);
        Running += observation.HasEnded ? 0 : 1;
        _sets.Add(observation.Parameters);
    }

    /// <summary>Notes what is known of a set by now.</summary>
    public void Note(int index, double? value, bool hasEnded) =>
        Note(index, new Observation(_observations[index].Parameters, value, hasEnded));

    /// <summary>Notes all that is known of a set by now; its parameters stay as they are.</summary>
    public void Note(int index, Observation observation)
    {
        Running += (observation.HasEnded ? 0 : 1) - (_observations[index].HasEnded ? 0 : 1);
        _observations[index] = observation with { Parameters = _observations[index].Parameters };
    }

    /// <summary>Whether a set was proposed, here or by an earlier run.</summary>
    public bool Has(ParameterSet set) => _sets.Contains(set);

    /// <summary>Whether there is something to learn from a set, by its place: it was not pruned where that says nothing.</summary>
    internal bool Tells(int place) => _observations[place] is not { Value: null, HasEnded: true, Partial: not null } || Foretells(place);

    /// <inheritdoc/>
    public IEnumerator<Observation> GetEnumerator() => _observations.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
