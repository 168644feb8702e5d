using System.Collections.Immutable;
using System.Globalization;
using GradientCI.Pruners.Asha;
using GradientCI.Pruners.Patience;
using GradientCI.Pruners.Percentile;
using GradientCI.Runner.Manifests.Shapes;
using GradientCI.Specs;

namespace GradientCI.Runner.Manifests.Keys;

/// <summary>The forms of <c>pruner</c>: a name, or a name with settings.</summary>
internal static class PrunerKeys
{
    private static readonly PrunerKey FirstStep =
        new("min-step", Scalars.Number(0, 1e9), "No trial is ended before this step.", "`0`");

    private static readonly PrunerKey FirstRung =
        new("min-step", Scalars.Positive, "The first rung: the step at which trials are compared first. The next ones are `reduction` times as far, each.", Default(AshaPruner.MinStep));

    private static readonly PrunerKey StartupTrials =
        new("startup-trials", Count(0, SweepSpec.TrialLimit), "Trials that run to their end before any is judged.", Default(PercentilePruner.StartupTrials));

    private static readonly PrunerKey Reduction =
        new("reduction", Count(2, 100), "One of so many goes on from a rung.", Default(AshaPruner.Reduction));

    private static readonly ImmutableArray<(string Name, Table<ImmutableSortedDictionary<string, double>> Settings)> Pruners =
    [
        ("median", Settings("`median`", FirstStep, StartupTrials)),
        ("percentile", Settings(
            "`percentile`",
            new("percentile", Scalars.Number(0, 100), "Completed trials by their value at the same step: a trial must be among the best so many percent.", Default(PercentilePruner.Share)),
            FirstStep, StartupTrials)),
        ("patience", Settings(
            "`patience`",
            new("patience", Count(1, 1_000_000), "Points without a better one.", Default(PatiencePruner.Patience)),
            new("min-delta", Scalars.Number(0, 1e9), "By how much a point must be better to count.", "`0`"))),
        ("asha", Settings("`asha`", FirstRung, Reduction)),
        ("hyperband", Settings(
            "`hyperband`", FirstRung,
            new("max-step", Scalars.Number(1, 1e9), "The step that a full trial ends at.", "that of the first trial that ends"),
            Reduction)),
    ];

    public static readonly Shape<PrunerSpec?> Pruner = new Forms<PrunerSpec?>(
        scalar: Scalars.OneOf([("none", null), .. Pruners.Select(pruner => (pruner.Name, (PrunerSpec?)new PrunerSpec(pruner.Name, None)))]),
        map: Pruners.Aggregate(
            new Table<PrunerSpec?>("`pruner`", () => null).OneOf(isNeeded: true, [.. Pruners.Select(pruner => pruner.Name)]),
            (table, pruner) => table.Key(pruner.Name, pruner.Settings, $"Settings of {pruner.Name}.", (_, settings) => new PrunerSpec(pruner.Name, settings))));

    private static ImmutableSortedDictionary<string, double> None => ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal);

    private static Table<ImmutableSortedDictionary<string, double>> Settings(string summary, params ImmutableArray<PrunerKey> keys) =>
        keys.Aggregate(
            new Table<ImmutableSortedDictionary<string, double>>(summary, () => None).OrNothing(),
            (table, key) => table.Key(key.Name, key.Shape, key.Meaning, (settings, value) => settings.SetItem(key.Name, value), key.Default));

    private static Shape<double> Count(int low, int high) => Scalars.Count(low, high).Select(count => (double)count);

    private static string Default(double value) => string.Create(CultureInfo.InvariantCulture, $"`{value}`");

    private sealed record PrunerKey(string Name, Shape<double> Shape, string Meaning, string Default);
}
