using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.Pruners;
using GradientCI.Specs;

namespace GradientCI.Core.Tests.Pruners;

/// <summary>A pruner with curves that a test tells it.</summary>
internal sealed class Judging
{
    private readonly IPruner _pruner;
    private readonly PruningProblem _problem;

    public Judging(string pruner, Objective? objective = null, params (string Name, double Value)[] settings)
    {
        var map = settings.ToImmutableSortedDictionary(setting => setting.Name, setting => setting.Value, StringComparer.Ordinal);
        _problem = new PruningProblem(objective ?? new Objective("loss", Direction.Minimize), new PrunerSpec(pruner, map));
        _pruner = PrunerCatalog.BuiltIn.Find(pruner);
        Curves = new Curves(_pruner, _problem);
    }

    public Curves Curves { get; }

    /// <summary>Adds points of a trial from a step on, one step each.</summary>
    /// <returns>Why it should end at the first point that says so, or null.</returns>
    public string? Show(int trial, double from, params double[] values)
    {
        Curves.Begin(trial, trial);
        string? reason = null;
        foreach (var (value, at) in values.Select((value, at) => (value, at)))
        {
            var isDue = Curves.Add(trial, from + at, value);
            reason ??= isDue ? Reason(trial) : null;
        }

        return reason;
    }

    /// <summary>Adds a trial that runs to its end.</summary>
    public void Complete(int trial, params double[] values)
    {
        Show(trial, 1, values);
        Curves.End(trial, CurveEnd.Completed);
    }

    public string? Reason(int trial) => _pruner.ReasonToPrune(_problem, Curves, trial);

    public int? NextToResume() => _pruner.NextToResume(_problem, Curves);
}
