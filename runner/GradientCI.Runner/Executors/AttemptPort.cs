using GradientCI.Experiments;

namespace GradientCI.Runner.Executors;

/// <summary>A port that a manifest declares, of an attempt that runs.</summary>
/// <param name="Attempt">Whose.</param>
/// <param name="Number">As the manifest has it.</param>
/// <param name="StateDirectory">The attempt's folder for the executor's files.</param>
/// <param name="Handle">By which the executor finds the attempt.</param>
/// <param name="IsInContainer">Whether the attempt runs in a container.</param>
public sealed record AttemptPort(AttemptId Attempt, int Number, string StateDirectory, string Handle, bool IsInContainer);
