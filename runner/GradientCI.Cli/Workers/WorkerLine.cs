using GradientCI.Experiments;

namespace GradientCI.Cli.Workers;

/// <summary>One thing that a worker says.</summary>
/// <param name="Text">A line without control characters.</param>
/// <param name="IsProblem">Whether something went wrong.</param>
/// <param name="Run">The run that it is about, or null.</param>
/// <param name="Attempt">The attempt that it is about, or null.</param>
internal sealed record WorkerLine(string Text, bool IsProblem, RunId? Run = null, AttemptId? Attempt = null);
