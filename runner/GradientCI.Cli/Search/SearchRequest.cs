using System.Collections.Immutable;

namespace GradientCI.Cli.Search;

/// <summary>What one line asks of a search.</summary>
internal abstract record SearchRequest;

/// <summary>What is searched, and how: <c>{"about": true}</c>.</summary>
internal sealed record AboutRequest : SearchRequest;

/// <summary>The next proposals: <c>{"ask": 4}</c>.</summary>
/// <param name="Count">How many, at least 1.</param>
internal sealed record AskRequest(int Count) : SearchRequest;

/// <summary>The proposals of which nothing final was told: <c>{"open": true}</c>.</summary>
internal sealed record OpenRequest : SearchRequest;

/// <summary>What came of a proposal: <c>{"tell": 7, …}</c>.</summary>
/// <param name="Id">The proposal's number.</param>
internal sealed record TellRequest(long Id) : SearchRequest
{
    /// <summary>How far it has come, when it is not over yet; else null.</summary>
    public double? Step { get; init; }

    /// <summary>One number per objective, in the order of the manifest; empty when none was told. NaN is one.</summary>
    public ImmutableArray<double> Values { get; init; } = [];

    /// <summary>How it ended; null when a value says so.</summary>
    public ProposalEnd? End { get; init; }

    /// <summary>Numbers by the names of metrics: of constraints, and of objectives when there are no <see cref="Values"/>.</summary>
    public ImmutableDictionary<string, double> Metrics { get; init; } = ImmutableDictionary<string, double>.Empty;
}

/// <summary>How a proposal ended.</summary>
internal enum ProposalEnd
{
    /// <summary>With a result.</summary>
    Succeeded,

    /// <summary>Without one.</summary>
    Failed,

    /// <summary>As unpromising, before it was done.</summary>
    Pruned,
}
