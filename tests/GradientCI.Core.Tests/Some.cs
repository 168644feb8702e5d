using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Core.Tests;

/// <summary>Runs and trials of which a test says only what it is about.</summary>
internal static class Some
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    public static ExperimentSpec Spec(Objective? objective = null, params CheckSpec[] checks) => new()
    {
        Name = "digits",
        Command = new CommandSpec(["true"], IsShell: true),
        Objectives = objective is null ? [] : [objective],
        Checks = [.. checks],
    };

    public static RunSnapshot Run(ExperimentSpec spec, params TrialSnapshot[] trials) => new(
        new Run
        {
            Id = new RunId(new ProjectId("p-1"), "digits", 12),
            Spec = spec,
            Commit = new Commit { Sha = new CommitSha(new string('a', 40)), Tree = new string('b', 40) },
            ManifestDigest = "",
            Provenance = new Provenance(),
            Executor = "process",
            State = RunState.Finished,
            CreatedAt = Start,
        },
        [.. trials]);

    /// <summary>A run in which every value is one succeeded trial of a set of its own.</summary>
    public static RunSnapshot Run(ExperimentSpec spec, string metric, params double[] values) =>
        Run(spec, [.. values.Select((value, at) => Trial(at + 1, (metric, [value])))]);

    /// <summary>A run whose only parameter set has these repeats.</summary>
    public static RunSnapshot Repeats(ExperimentSpec spec, string metric, params double[] values) =>
        Run(spec, [.. values.Select((value, at) => Trial(at + 1, (metric, [value])).InSet(1, at + 1))]);

    public static TrialSnapshot Trial(int number, params (string Metric, double[] Values)[] series) => new(
        new Trial
        {
            Id = new TrialId(new RunId(new ProjectId("p-1"), "digits", 12), number),
            ParameterSetNumber = number,
            Repeat = 1,
            Parameters = Set(("x", ParameterValue.Of((long)number))),
            Seed = 0,
            Command = ["true"],
            Fingerprint = "",
            State = TrialState.Succeeded,
        },
        series.ToImmutableSortedDictionary(one => one.Metric, one => Series(one.Values), StringComparer.Ordinal));

    public static TrialSnapshot InSet(this TrialSnapshot trial, int set, int repeat = 1) =>
        trial with { Trial = trial.Trial with { ParameterSetNumber = set, Repeat = repeat, Parameters = Set(("x", ParameterValue.Of((long)set))) } };

    public static TrialSnapshot In(this TrialSnapshot trial, TrialState state) => trial with { Trial = trial.Trial with { State = state } };

    public static TrialSnapshot With(this TrialSnapshot trial, params (string Name, ParameterValue Value)[] items) =>
        trial with { Trial = trial.Trial with { Parameters = Set(items) } };

    public static ParameterSet Set(params (string Name, ParameterValue Value)[] items) =>
        new(items.Select(item => KeyValuePair.Create(item.Name, item.Value)));

    /// <summary>Vectors of losses in [0, 1], of which some are equal in part or as a whole, and some hold something that is not finite.</summary>
    public static double[][] Losses(long seed, int count, int losses)
    {
        var random = GradientCI.Samplers.SplitMix64.For(seed, losses);
        var results = new double[count][];
        for (var at = 0; at < count; at++)
        {
            results[at] = new double[losses];
            for (var loss = 0; loss < losses; loss++)
            {
                results[at][loss] = random.NextBelow(40) == 0 ? double.NaN : random.NextBelow(9) / 8.0;
            }
        }

        return results;
    }

    private static SeriesSnapshot Series(double[] values)
    {
        ImmutableArray<MetricPoint> points = [.. values.Select((value, at) => new MetricPoint(at, value, Start.AddSeconds(at)))];
        var finite = values.Where(double.IsFinite).Order().ToArray();
        var median = finite.Length == 0 ? double.NaN : (finite[(finite.Length - 1) / 2] + finite[finite.Length / 2]) / 2;
        return new SeriesSnapshot(SeriesSummary.Of(points), median, [.. values.TakeLast(5)], points);
    }
}
