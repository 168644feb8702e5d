using System.Text.Json.Nodes;
using GradientCI.Runner.Manifests.Shapes;
using GradientCI.Runner.Manifests.Yaml;

namespace GradientCI.Runner.Manifests.Keys;

/// <summary>The keys at the top of the file.</summary>
internal static class FileKeys
{
    /// <summary>The definition in the JSON Schema that experiments and defaults share.</summary>
    public const string Definition = "experiment";

    /// <summary>The most experiments of one file.</summary>
    public const int MostExperiments = 100;

    public static readonly Shape<bool> Version = new ScalarShape<bool>(
        "`1`",
        () => new JsonObject { ["const"] = 1 },
        (YamlScalar scalar, Reading reading, out bool value) =>
        {
            value = CoreSchema.Value(scalar) is { AsInteger: 1, Kind: SearchSpaces.ParameterKind.Integer };
            return value || reading.Report(DiagnosticCode.Version, scalar, $"this build reads version 1, not {scalar.Kind}", "write version: 1");
        });

    private static readonly Deferred Experiment = new(ExperimentKeys.Settings, Definition);

    /// <summary>Experiments and defaults are read by themselves, when they are merged; here is only whether they are there.</summary>
    public static readonly Table<bool> Top = new Table<bool>("the file", () => true)
        .Key("version", Version, "The version of the format.", (file, _) => file, isRequired: true)
        .Key("defaults", Experiment, "Keys of an experiment that all experiments share. Maps merge, lists and plain values are replaced.", (file, _) => file)
        .Key("experiments", new MapShape<YamlMapping>(Names.Experiment, Experiment, MostExperiments, 1), "The experiments by name.", (file, _) => file, isRequired: true);
}
