using System.Collections.Immutable;

namespace GradientCI.Experiments;

/// <summary>What a run with several objectives came to, noted at its end.</summary>
/// <param name="Sets">How many parameter sets are on the front.</param>
/// <param name="Best">The best value of each objective, in the order of the manifest; they are seldom those of one set.</param>
public sealed record FrontSummary(int Sets, ImmutableArray<double> Best);
