using System.Collections.Immutable;
using GradientCI.Runner.Manifests.Shapes;
using GradientCI.Specs;

namespace GradientCI.Runner.Manifests.Keys;

/// <summary>The forms of <c>pruner</c>: a name, or a name with settings.</summary>
internal static class PrunerKeys
{
    private static readonly (string, Shape<double>, string) MinStep =
        ("min-step", Scalars.Number(0, 1e9), "No trial is ended before this step.");

    private static readonly (string, Shape<double>, string) StartupTrials =
        ("startup-trials", Scalars.Count(0, SweepSpec.TrialLimit).Select(count => (double)count), "Trials that run to their end before any is judged.");

    private static readonly (string, Shape<double>, string) Reduction =
        ("reduction", Scalars.Count(2, 100).Select(count => (double)count), "One of so many goes on to the next rung.");

    private static readonly ImmutableArray<(string Name, Table<ImmutableSortedDictionary<string, double>> Settings)> Pruners =
    [
        ("median", Settings("`median`", MinStep, StartupTrials)),
        ("percentile", Settings("`percentile`", ("percentile", Scalars.Number(0, 100), "The share of earlier trials that a trial must not be behind."), MinStep, StartupTrials)),
        ("patience", Settings("`patience`", ("patience", Scalars.Count(1, 1_000_000).Select(count => (double)count), "Points without a better one."), ("min-delta", Scalars.Number(0, 1e9), "What counts as better."))),
        ("asha", Settings("`asha`", MinStep, Reduction)),
        ("hyperband", Settings("`hyperband`", MinStep, ("max-step", Scalars.Number(1, 1e9), "The step that a full trial ends at."), Reduction)),
    ];

    public static readonly Shape<PrunerSpec?> Pruner = new Forms<PrunerSpec?>(
        scalar: Scalars.OneOf([("none", null), .. Pruners.Select(pruner => (pruner.Name, (PrunerSpec?)new PrunerSpec(pruner.Name, None)))]),
        map: Pruners.Aggregate(
            new Table<PrunerSpec?>("`pruner`", () => null).OneOf(isNeeded: true, [.. Pruners.Select(pruner => pruner.Name)]),
            (table, pruner) => table.Key(pruner.Name, pruner.Settings, $"Settings of {pruner.Name}.", (_, settings) => new PrunerSpec(pruner.Name, settings))));

    private static ImmutableSortedDictionary<string, double> None => ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal);

    private static Table<ImmutableSortedDictionary<string, double>> Settings(string summary, params ImmutableArray<(string Name, Shape<double> Shape, string Meaning)> keys) =>
        keys.Aggregate(
            new Table<ImmutableSortedDictionary<string, double>>(summary, () => None).OrNothing(),
            (table, key) => table.Key(key.Name, key.Shape, key.Meaning, (settings, value) => settings.SetItem(key.Name, value)));
}
