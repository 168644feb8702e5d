using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using GradientCI.Json;
using GradientCI.SearchSpaces;

namespace GradientCI.Specs;

/// <summary>An experiment as JSON, for the store: stable, complete, and readable by older and newer versions.</summary>
/// <remarks>Equal specs have equal texts, which is how two specs are compared: their arrays compare by reference.</remarks>
public static class SpecJson
{
    private static readonly SpecJsonContext Context = SpecJsonContext.Default;

    private static readonly JsonObject EmptyCheck = Template(new CheckSpec { Metric = "" }, Context.CheckSpec);

    private static readonly JsonObject EmptyExperiment =
        Template(new ExperimentSpec { Name = "", Command = new CommandSpec([], IsShell: true) }, Context.ExperimentSpec);

    /// <summary>Writes every field.</summary>
    public static string Serialize(ExperimentSpec spec) => JsonSerializer.Serialize(spec, Context.ExperimentSpec);

    /// <summary>Reads what this or another version wrote: missing fields get their defaults, unknown ones are ignored.</summary>
    /// <exception cref="JsonException">The text is not an experiment.</exception>
    public static ExperimentSpec Deserialize(string json)
    {
        var root = JsonNode.Parse(json) as JsonObject ?? throw new JsonException("An experiment is a JSON object.");
        JsonDefaults.Complete(root, EmptyExperiment);
        foreach (var check in root["checks"]?.AsArray().OfType<JsonObject>() ?? [])
        {
            JsonDefaults.Complete(check, EmptyCheck);
        }

        return root.Deserialize(Context.ExperimentSpec)!;
    }

    /// <summary>Writes hyperparameters in their order; unlike <see cref="ParameterSet.ToJson"/>, NaN stays a number.</summary>
    public static string Serialize(ParameterSet parameters) => JsonSerializer.Serialize(parameters, Context.ParameterSet);

    /// <summary>Reads hyperparameters; what <see cref="ParameterSet.ToJson"/> wrote as well.</summary>
    /// <exception cref="JsonException">The text is not an object of plain values.</exception>
    public static ParameterSet DeserializeParameters(string json) =>
        JsonSerializer.Deserialize(json, Context.ParameterSet) ?? throw new JsonException(ParameterSetConverter.NoObject);

    private static JsonObject Template<T>(T empty, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(empty, type)!.AsObject();
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true, UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(ParameterSetConverter), typeof(ParameterValueConverter), typeof(ParameterDomainConverter)])]
[JsonSerializable(typeof(ExperimentSpec))]
internal sealed partial class SpecJsonContext : JsonSerializerContext;
