using GradientCI.Comparisons;
using GradientCI.Experiments;

namespace GradientCI.Reports.Analysis;

/// <summary>What a run did not have to compute.</summary>
/// <param name="Trials">How many trials took an earlier result over.</param>
/// <param name="Total">Of how many.</param>
/// <param name="Time">How long those results took when they were computed.</param>
/// <param name="GpuHours">The same in hours of the GPUs that a trial of this run owns.</param>
public sealed record Savings(int Trials, int Total, TimeSpan Time, double GpuHours)
{
    /// <summary>Adds a run up; null when it took nothing over.</summary>
    public static Savings? Of(RunSnapshot run)
    {
        var taken = run.Trials.Where(trial => trial.Trial.CachedFrom is not null).ToList();
        var time = taken.Aggregate(TimeSpan.Zero, (sum, trial) => sum + (trial.Trial.Saved ?? TimeSpan.Zero));
        return taken.Count == 0 ? null : new Savings(taken.Count, run.Trials.Length, time, time.TotalHours * run.Run.Spec.Resources.Gpus);
    }

    /// <summary><c>4 of 12 trials were taken over from earlier runs; 3h 12m of trial time and 6.4 GPU hours were saved.</c></summary>
    public override string ToString()
    {
        var taken = $"{Trials:N0} of {Total:N0} trials {(Trials == 1 ? "was taken over from an earlier run" : "were taken over from earlier runs")}";
        return GpuHours > 0 ? $"{taken}; {ValueText.Duration(Time)} of trial time and {ValueText.Of(GpuHours)} GPU hours were saved."
            : Time > TimeSpan.Zero ? $"{taken}; {ValueText.Duration(Time)} of trial time was saved."
            : $"{taken}.";
    }
}
