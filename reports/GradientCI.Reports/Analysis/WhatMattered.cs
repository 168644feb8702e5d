using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Importance;

namespace GradientCI.Reports.Analysis;

/// <summary>What a sweep teaches of its parameters, and how far it may be trusted.</summary>
internal static class WhatMattered
{
    /// <summary>Below this a model explains too little to draw conclusions from.</summary>
    public const double Trusted = 0.3;

    /// <summary>Analyses a run; null when there is too little to learn from.</summary>
    public static ImportanceAnalysis? Of(RunSnapshot run, Ranking ranking) => run.Run.Spec.Objective is null
        ? null
        : Importances.Of(run.Run.Spec.Sweep.Space, ranking.Sets.OrderBy(set => set.Number).Where(set => set.Mean is not null).Select(set => (set.Parameters, set.Mean!.Value)));

    /// <summary>How it was learnt, in one or two sentences.</summary>
    public static string Note(ImportanceAnalysis analysis, string metric)
    {
        var learnt = $"Learnt from {analysis.Sets:N0} parameter sets{(analysis.IsLog ? $", of the logarithm of {metric}" : "")}";
        var explained = $"{ValueText.Of(Math.Max(0, Math.Floor(analysis.Explained * 100)))} %";
        return analysis.Explained >= Trusted
            ? $"{learnt}; the model explains {explained} of the variance of sets that it has not seen."
            : $"{learnt}; the model explains only {explained} of the variance of sets that it has not seen, so take this as a hint at most.";
    }
}
