using GradientCI.Experiments;

namespace GradientCI.Cli.Output;

/// <summary>Finds a trial by its number.</summary>
internal static class TrialLookup
{
    /// <exception cref="GradientException">The run has no such trial.</exception>
    public static TrialSnapshot Find(IEnumerable<TrialSnapshot> trials, RunId run, int number) =>
        trials.FirstOrDefault(each => each.Trial.Id.Number == number) ?? throw new GradientException(
            FailureKind.Usage, $"{run} has no trial {number}.", $"See its trials with: gradientci show {run}");
}
