using GradientCI.Experiments;

namespace GradientCI.Cli.Output;

/// <summary>Finds a trial by its number.</summary>
internal static class TrialLookup
{
    /// <summary>The trial of that number, in whichever form trials are at hand.</summary>
    /// <exception cref="GradientException">The run has no such trial.</exception>
    public static T Find<T>(IEnumerable<T> trials, Func<T, TrialId> id, RunId run, int number)
        where T : class =>
        trials.FirstOrDefault(each => id(each).Number == number) ?? throw new GradientException(
            FailureKind.Usage, $"{run} has no trial {number}.", $"See its trials with: gradientci show {run}");
}
