using System.Collections.Immutable;
using GradientCI.SearchSpaces;

namespace GradientCI.Importance;

/// <summary>Which parameters moved the objective, over the whole space.</summary>
/// <param name="Parameters">All searched parameters that took more than one value, the most important first.</param>
/// <param name="Pairs">What the most important ones do together, beyond what each does alone; the greatest first.</param>
/// <param name="Explained">
/// The share of the variance that the model predicts for sets that it has not seen, at most 1: how far all the rest may be trusted.
/// </param>
/// <param name="Sets">From how many parameter sets it was learnt.</param>
/// <param name="IsLog">Whether the logarithm of the objective was learnt, because its values span three decades.</param>
public sealed record ImportanceAnalysis(
    ImmutableArray<ParameterImportance> Parameters, ImmutableArray<PairImportance> Pairs, double Explained, int Sets, bool IsLog)
{
    /// <summary>The mean prediction over the two parameters that matter most, or null when there is only one.</summary>
    public Landscape? Landscape { get; init; }

    /// <summary>Predicted values of random sets of the space, ascending; NaN is not among them.</summary>
    public ImmutableArray<double> RandomDraws { get; init; } = [];
}

/// <summary>How much of the objective's variance a parameter explains by itself.</summary>
/// <param name="Parameter">Its name.</param>
/// <param name="Share">From 0 to 1.</param>
/// <param name="Error">How far the parts of the forest differ from that: the root of the mean square.</param>
public sealed record ParameterImportance(string Parameter, double Share, double Error);

/// <summary>How much two parameters explain together, beyond what each does alone.</summary>
/// <inheritdoc cref="ParameterImportance"/>
public sealed record PairImportance(string First, string Second, double Share, double Error);

/// <summary>What is predicted over two parameters, all others averaged.</summary>
/// <param name="Across">The parameter from left to right.</param>
/// <param name="Up">The parameter from bottom to top.</param>
/// <param name="Columns">The edges of the columns in units of the first one's domain, from 0 to 1; one more than there are columns.</param>
/// <param name="Rows">The edges of the rows.</param>
/// <param name="Values">The objective by column, then by row.</param>
public sealed record Landscape(Parameter Across, Parameter Up, ImmutableArray<double> Columns, ImmutableArray<double> Rows, ImmutableArray<ImmutableArray<double>> Values);
