using System.Collections.Immutable;
using GradientCI.Checks;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Importance;
using GradientCI.Metrics;

namespace GradientCI.Reports.Analysis;

/// <summary>A run with everything that can be said of it, ready to be written in any format.</summary>
/// <remarks>Made once by <see cref="From"/>; the formats only write. The same input gives the same report, to the byte.</remarks>
public sealed class Report
{
    // Half of the time of a report, and a status line needs none of it.
    private readonly Lazy<ImportanceAnalysis?> _importance;

    private Report(ReportInput input)
    {
        (Run, Baseline, History, Notes) = (input.Run, input.Baseline, input.History, input.Notes);
        LiveLinks = input.LiveLinks;
        ProjectName = input.ProjectName ?? input.Run.Run.Id.Project.Value;
        Ranking = Rankings.Rank(Run);
        Checks = CheckEvaluation.Evaluate(Run, Baseline);
        Conclusion = RunConclusions.Conclude(Run, Checks);
        Comparison = Baseline is null
            ? null
            : RunComparisons.Compare(Run, Baseline) with { Manifest = SpecDiff.Compare(Baseline.Run.Spec, Run.Run.Spec) };
        Tally = Tally.Of(Run);
        Savings = Savings.Of(Run);
        Failures = FailureGroup.Of(Run);
        Outcomes = [.. EndedTrials()];
        Metrics = MetricNames();
        Advice = Analysis.Advice.Of(this);
        Headline = Headline.Of(this);
        _importance = new Lazy<ImportanceAnalysis?>(() => WhatMattered.Of(Run, Ranking));
    }

    /// <summary>The run.</summary>
    public RunSnapshot Run { get; }

    /// <summary>What it is compared with, or null.</summary>
    public RunSnapshot? Baseline { get; }

    /// <summary>The last runs, oldest first.</summary>
    public ImmutableArray<HistoryPoint> History { get; }

    /// <summary>Its parameter sets, the best first.</summary>
    public Ranking Ranking { get; }

    /// <summary>Its checks.</summary>
    public ImmutableArray<CheckResult> Checks { get; }

    /// <summary>Whether it passed, and why not.</summary>
    public RunConclusion Conclusion { get; }

    /// <summary>What differs from the baseline, or null without one.</summary>
    public RunComparison? Comparison { get; }

    /// <summary>What is optimised, or null.</summary>
    public Objective? Objective => Run.Run.Spec.Objective;

    /// <summary>The best parameter set, or null.</summary>
    public ParameterSetResult? Best => Ranking.Best;

    /// <summary>With several objectives the baseline's sets that no other beats in them; else empty.</summary>
    internal ImmutableArray<ParameterSetResult> BaselineFront => Baseline is null ? [] : FrontComparisons.FrontOf(Baseline, Run.Run.Spec);

    /// <summary>How the objective, of several the first, compares, or null.</summary>
    public MetricComparison? ObjectiveComparison =>
        Objective is { } objective ? Comparison?.Metrics.FirstOrDefault(metric => metric.Metric == objective.Metric) : null;

    /// <summary>Which parameters moved the objective; null when there is too little to tell.</summary>
    public ImportanceAnalysis? Importance => _importance.Value;

    /// <summary>How sure it is that the best set is the best; null when nobody can tell.</summary>
    internal Certainty? Certainty => Certainty.Of(Ranking);

    /// <summary>What earlier runs saved this one; null when it computed everything.</summary>
    public Savings? Savings { get; }

    /// <summary>The trial to look at first: the best, or the only one; null when there is none.</summary>
    internal TrialSnapshot? Featured => Best?.Representative ?? (Run.Trials.Length == 1 ? Run.Trials[0] : null);

    /// <summary>What its trials listen at now, as whoever reads it was told.</summary>
    public ImmutableArray<LiveLink> LiveLinks { get; }

    /// <summary>All metrics that a trial printed: the objectives, the checked ones, the others by name.</summary>
    internal ImmutableArray<string> Metrics { get; }

    /// <summary>How to run the best trial again, or null.</summary>
    public Reproduction? Reproduction => Featured is { } trial ? Analysis.Reproduction.Of(Run.Run, trial.Trial) : null;

    internal string Notes { get; }

    internal string ProjectName { get; }

    internal Tally Tally { get; }

    internal ImmutableArray<FailureGroup> Failures { get; }

    /// <summary>Trials that have ended, by number.</summary>
    internal ImmutableArray<TrialOutcome> Outcomes { get; }

    /// <summary>What the reader should do about what is missing; sentences with untrusted parts.</summary>
    public ImmutableArray<string> Advice { get; }

    /// <summary>In one line.</summary>
    public Headline Headline { get; }

    /// <summary>Analyses the input.</summary>
    public static Report From(ReportInput input) => new(input);

    private IEnumerable<TrialOutcome> EndedTrials()
    {
        var broken = Ranking.Sets.Where(set => !set.Broken.IsEmpty).Select(set => set.Number).ToHashSet();
        return Run.Trials.Where(trial => trial.Trial.State.HasEnded()).Select(trial => new TrialOutcome(
            trial.Trial, ObjectiveOf(trial), ReferenceEquals(trial, Best?.Representative), broken.Contains(trial.Trial.ParameterSetNumber)));
    }

    private ImmutableArray<string> MetricNames()
    {
        var seen = Run.Trials.SelectMany(trial => trial.Series.Keys).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Run.Run.Spec.Objectives.Select(objective => objective.Metric)
                .Concat(Run.Run.Spec.Checks.Select(check => check.Metric))
                .Where(seen.Contains)
                .Concat(seen.Order(StringComparer.Ordinal))
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private double? ObjectiveOf(TrialSnapshot trial) =>
        Objective is { } objective && trial.Trial.State == TrialState.Succeeded ? TrialValues.Of(trial, objective) : null;
}
