using GradientCI.Experiments;

namespace GradientCI.Cli;

/// <summary>What a person typed to name a run, and the trial if they named one.</summary>
/// <param name="Run">The run.</param>
/// <param name="Trial">The trial's number, or null.</param>
internal sealed record RunReference(Run Run, int? Trial)
{
    /// <summary>The run, for a command that has nothing to do with single trials.</summary>
    /// <exception cref="GradientException">A trial was named; taking its whole run instead would be a bad surprise.</exception>
    public Run Whole(string command) => Trial is null ? Run : throw new GradientException(
        FailureKind.Usage, $"{Run.Id}.{Trial} is a trial, and {command} takes whole runs.", $"Name its run: gradientci {command} {Run.Id}");
}
