using System.Globalization;
using System.Text.Json;

namespace GradientCI.Benchmarks;

/// <summary>What Optuna's default sampler reached, seed by seed.</summary>
internal static class Anchors
{
    private static readonly Lazy<JsonElement[]> Lines = new(() =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "optuna-tpe.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)]);

    /// <summary>The regrets on a function after a number of trials.</summary>
    public static double[] Of(string function, int trials) =>
    [
        .. Lines.Value.Where(line => line.GetProperty("f").GetString() == function)
            .Select(line => line.GetProperty("r").GetProperty(trials.ToString(CultureInfo.InvariantCulture)).GetDouble()),
    ];
}
