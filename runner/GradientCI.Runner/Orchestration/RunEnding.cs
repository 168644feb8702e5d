using GradientCI.Checks;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>What is noted with a run at its end, so that lists and histories need not read every trial again.</summary>
/// <param name="Best">The objective of the best parameter set, or null.</param>
/// <param name="Front">With several objectives what the front came to, or null.</param>
/// <param name="Passed">Whether no trial failed and every required check passed.</param>
internal sealed record RunEnding(double? Best, FrontSummary? Front, bool Passed)
{
    // Rankings and checks look at summaries; the curves are the report's business.
    private const int CurvePoints = 2;

    /// <summary>Judges a run whose trials have all ended.</summary>
    public static async Task<RunEnding> JudgeAsync(Run run, RunState state, IExperimentStore store)
    {
        var snapshot = (await store.ReadSnapshotAsync(run.Id, CurvePoints, CancellationToken.None))!;
        snapshot = snapshot with { Run = snapshot.Run with { State = state } };
        var baseline = run.Baseline is { } other ? await store.ReadSnapshotAsync(other, CurvePoints, CancellationToken.None) : null;
        var checks = CheckEvaluation.Evaluate(snapshot, baseline);
        var ranking = Rankings.Rank(snapshot);
        return new RunEnding(ranking.Best?.Mean, ranking.Summary, RunConclusions.Conclude(snapshot, checks).Passed);
    }
}
