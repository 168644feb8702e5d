using System.Collections.Immutable;
using GradientCI.SearchSpaces;

namespace GradientCI.Experiments;

/// <summary>What a run's search knows of earlier runs from the start, in short; settled when the run is planned.</summary>
/// <param name="Sets">How many parameter sets; 0 when none fits.</param>
/// <param name="Runs">The numbers of the runs that computed them, of the same experiment, the newest first.</param>
/// <param name="Best">The first objective of the best of them; null when none keeps the constraints.</param>
public sealed record WarmStart(int Sets, ImmutableArray<int> Runs, double? Best);

/// <summary>A parameter set that an earlier run computed to its end, and what came of it.</summary>
/// <param name="Parameters">What was searched; a point of the later run's space.</param>
/// <param name="Values">The means of the later run's objectives over the repeats, in their order; finite.</param>
/// <param name="Violation">By how much it breaks the later run's constraints; finite, and 0 when it keeps all.</param>
public sealed record EarlierSet(ParameterSet Parameters, ImmutableArray<double> Values, double Violation);
