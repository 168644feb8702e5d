using GradientCI.Metrics;
using GradientCI.SearchSpaces;

namespace GradientCI.Cli.Search;

/// <summary>A parameter set that was proposed, and what was told of it so far.</summary>
/// <param name="id">Its number, from 1.</param>
/// <param name="parameters">Fixed and searched hyperparameters.</param>
/// <param name="seed">What a trial of it finds in <c>$GRADIENT_SEED</c>.</param>
internal sealed class Proposal(int id, ParameterSet parameters, int seed)
{
    private readonly List<MetricPoint[]> _steps = [];

    public int Id => id;

    public ParameterSet Parameters => parameters;

    public int Seed => seed;

    /// <summary>How it ended, or null.</summary>
    public ProposalEnd? End { get; private set; }

    /// <summary>Why it was pruned, or null.</summary>
    public string? PruneReason { get; private set; }

    /// <summary>The last step that was told, or null.</summary>
    public double? LastStep => _steps.Count == 0 ? null : _steps[^1][0].X;

    /// <summary>How many steps were told.</summary>
    public int Steps => _steps.Count;

    /// <summary>The curve of an objective, by its place in the manifest.</summary>
    public IReadOnlyList<MetricPoint> Curve(int objective) => [.. _steps.Select(step => step[objective])];

    /// <summary>Takes note of a step.</summary>
    public void Report(double step, IEnumerable<double> values) =>
        _steps.Add([.. values.Select(value => new MetricPoint(step, value, DateTimeOffset.UnixEpoch))]);

    /// <summary>Takes note of its end.</summary>
    public void Finish(ProposalEnd end, string? pruneReason) => (End, PruneReason) = (end, pruneReason);

    /// <summary>It goes on from its last step.</summary>
    public void Resume() => (End, PruneReason) = (null, null);
}
