using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Analysis;

/// <summary>A trial that has ended, as charts and tables see it.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Value">Its objective, or null when it did not succeed or has none; may be NaN.</param>
/// <param name="IsBest">Whether it is the first to look at.</param>
/// <param name="IsInfeasible">Whether its parameter set breaks a constraint.</param>
internal sealed record TrialOutcome(Trial Trial, double? Value, bool IsBest, bool IsInfeasible)
{
    /// <summary><c>digits#12.3</c>.</summary>
    public string Label { get; } = Trial.Id.ToString();

    /// <summary>Its number within the run.</summary>
    public int Number => Trial.Id.Number;

    /// <summary>Which repeat of its set.</summary>
    public int Repeat => Trial.Repeat;

    /// <summary>How it ended.</summary>
    public string State => Trial.State.Word();

    /// <summary>Whether it has no value because it was ended as unpromising.</summary>
    public bool IsPruned => !HasValue && Trial.State == TrialState.Pruned;

    /// <summary>Its hyperparameters.</summary>
    public ParameterSet Parameters => Trial.Parameters;

    /// <summary>Whether there is a value to draw.</summary>
    public bool HasValue => Value is { } value && double.IsFinite(value);

    /// <summary>What a pointer that rests on it reads.</summary>
    public string Title => PlainText.Of($"{Label}: {(Value is { } value ? ValueText.Of(value) : State)} ({Parameters})", 120);
}
