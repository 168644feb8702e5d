using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using GradientCI.Specs;

namespace GradientCI.Experiments;

/// <summary>A value in which the fingerprints of two trials differ.</summary>
/// <param name="Part">The fingerprint's part, as the manifest names it.</param>
/// <param name="Name">Which variable, parameter or metric; empty where the part is one value.</param>
/// <param name="Before">The earlier trial's value as text, or null when it has none; parameters as JSON.</param>
/// <param name="After">The later trial's.</param>
public sealed record FingerprintChange(string Part, string Name, string? Before, string? After)
{
    /// <summary>All values in which they differ, in the order of the parts; empty exactly when the fingerprints are equal.</summary>
    public static ImmutableArray<FingerprintChange> Between(FingerprintParts before, FingerprintParts after)
    {
        var (earlier, later) = (ValuesOf(before), ValuesOf(after));
        return [.. later.Keys.Union(earlier.Keys)
            .Select(key => new FingerprintChange(key.Part, key.Name, earlier.GetValueOrDefault(key), later.GetValueOrDefault(key)))
            .Where(change => change.Before != change.After)];
    }

    private static OrderedDictionary<(string Part, string Name), string?> ValuesOf(FingerprintParts parts)
    {
        using var parameters = JsonDocument.Parse(parts.Parameters.ToCanonicalJson());
        var values = new OrderedDictionary<(string Part, string Name), string?>
        {
            [("inputs", "")] = parts.Inputs,
            [("command", "")] = TextOf(parts.Command),
            [("setup", "")] = parts.Setup,
            [("workdir", "")] = parts.Workdir,
            [("image", "")] = parts.Image,
            [("artifacts", "")] = ListOf(parts.Artifacts),
            [("metrics", "tensorboard")] = ListOf(parts.Metrics.TensorBoard),
            [("metrics", "files")] = ListOf(parts.Metrics.Files),
        };
        foreach (var (metric, pattern) in parts.Metrics.Patterns)
        {
            values[("metrics", metric)] = pattern;
        }

        foreach (var (name, value) in parts.Env.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            values[("env", name)] = value;
        }

        foreach (var parameter in parameters.RootElement.EnumerateObject())
        {
            values[("parameters", parameter.Name)] = parameter.Value.GetRawText();
        }

        foreach (var (name, version) in parts.Datasets)
        {
            values[("datasets", name)] = version;
        }

        values[("seed", "")] = $"{parts.Seed}";
        return values;
    }

    private static string TextOf(CommandSpec command) => command.IsShell && command.Words is [var line] ? line : ListOf(command.Words) ?? "[]";

    private static string? ListOf(ImmutableArray<string> texts) => texts.IsEmpty ? null
        : $"[{string.Join(", ", texts.Select(text => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\""))}]";
}
