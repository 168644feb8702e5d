using System.Collections.Frozen;
using System.Collections.Immutable;
using GradientCI.Pruners.Asha;
using GradientCI.Pruners.Hyperband;
using GradientCI.Pruners.Median;
using GradientCI.Pruners.Patience;
using GradientCI.Pruners.Percentile;

namespace GradientCI.Pruners;

/// <summary>The pruners that there are, by name.</summary>
public sealed class PrunerCatalog
{
    private readonly FrozenDictionary<string, IPruner> _pruners;

    /// <summary>Holds the pruners.</summary>
    /// <exception cref="ArgumentException">Two have the same name.</exception>
    public PrunerCatalog(IEnumerable<IPruner> pruners)
    {
        var byName = new Dictionary<string, IPruner>(StringComparer.Ordinal);
        foreach (var pruner in pruners)
        {
            if (!byName.TryAdd(pruner.Name, pruner))
            {
                throw new ArgumentException($"Two pruners are named \"{pruner.Name}\".", nameof(pruners));
            }
        }

        _pruners = byName.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The pruners of this build.</summary>
    public static PrunerCatalog BuiltIn { get; } =
        new([new MedianPruner(), new PercentilePruner(), new AshaPruner(), new HyperbandPruner(), new PatiencePruner()]);

    /// <summary>Their names, sorted.</summary>
    public ImmutableArray<string> Names => [.. _pruners.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The pruner of a name.</summary>
    /// <exception cref="GradientException">There is none.</exception>
    public IPruner Find(string name) => _pruners.TryGetValue(name, out var pruner)
        ? pruner
        : throw new GradientException(
            FailureKind.Usage, $"There is no pruner \"{name}\".", $"Choose one of: none, {string.Join(", ", Names)}.");
}
