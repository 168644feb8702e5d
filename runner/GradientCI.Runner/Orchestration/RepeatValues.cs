using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;
using GradientCI.Specs;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>What the succeeded repeats of one parameter set gave of its objectives and constraints.</summary>
/// <remarks>As in the ranking, objectives and constraints are looked at in the mean over the repeats.</remarks>
internal sealed class RepeatValues(ExperimentSpec spec)
{
    private readonly List<double>[] _objectives = [.. spec.Objectives.Select(_ => new List<double>())];
    private readonly List<double>[] _constrained = [.. spec.Constraints.Select(_ => new List<double>())];
    private bool _hasSucceeded;

    /// <summary>Reads what a succeeded trial gave.</summary>
    public async Task AddAsync(TrialId trial, ISeriesStore store)
    {
        _hasSucceeded = true;
        for (var at = 0; at < _objectives.Length; at++)
        {
            if (TrialValues.Of(await ReadAsync(spec.Objectives[at].Metric), spec.Objectives[at]) is { } value)
            {
                _objectives[at].Add(value);
            }
        }

        for (var at = 0; at < _constrained.Length; at++)
        {
            if (await ReadAsync(spec.Constraints[at].Metric) is [.., var last])
            {
                _constrained[at].Add(last.Y);
            }
        }

        async Task<IReadOnlyList<MetricPoint>> ReadAsync(string metric) => await store.ReadPointsAsync(trial, metric, CancellationToken.None);
    }

    /// <summary>What is known of the set by now.</summary>
    public Observation Observe(ParameterSet parameters, bool hasEnded) => new(parameters, _objectives.Length == 0 ? null : MeanOf(_objectives[0]), hasEnded)
    {
        Values = Array.TrueForAll(_objectives, values => values.Count > 0) ? [.. _objectives.Select(values => Sample.MeanOf(values))] : [],
        Violation = _hasSucceeded ? Violation.Of(spec.Constraints, Constrained) : null,
    };

    private double? Constrained(string metric) =>
        Enumerable.Range(0, _constrained.Length).Where(at => spec.Constraints[at].Metric == metric).Select(at => MeanOf(_constrained[at])).FirstOrDefault();

    private static double? MeanOf(List<double> values) => values.Count == 0 ? null : Sample.MeanOf(values);
}
