namespace GradientCI.Runner.Orchestration;

/// <summary>A write about an attempt was refused: another worker owns it now, and drives it on. Not a failure of anything.</summary>
internal sealed class AttemptLostException() : Exception("Another worker took the attempt over.");
