using GradientCI.Specs;

namespace GradientCI.Cli.Output;

/// <summary>How many trials a sweep will have at most.</summary>
internal static class PlannedTrials
{
    public static int? Of(SweepSpec sweep)
    {
        var points = sweep.Space.CountPoints(SweepSpec.TrialLimit);
        var sets = Math.Min(points > SweepSpec.TrialLimit ? int.MaxValue : points, sweep.MaxTrials ?? int.MaxValue);
        return sets == int.MaxValue ? null : (int)sets * sweep.Repeats;
    }
}
