using System.Text.Json;
using GradientCI.Json;
using GradientCI.SearchSpaces;

namespace GradientCI.Specs;

/// <summary>An experiment as JSON, for the store: stable, complete, and readable by older and newer versions.</summary>
/// <remarks>Equal specs have equal texts, which is how two specs are compared: their arrays compare by reference.</remarks>
public static class SpecJson
{
    /// <summary>Writes every field.</summary>
    public static string Serialize(ExperimentSpec spec) => JsonWriting.Text(json => json.WriteObject(spec, ExperimentJson.Write));

    /// <summary>Reads what this or another version wrote: missing fields get their defaults, unknown ones are ignored.</summary>
    /// <exception cref="JsonException">The text is not an experiment.</exception>
    public static ExperimentSpec Deserialize(string json) => JsonFields.Read(json, ExperimentJson.Read);

    /// <summary>Writes hyperparameters in their order; unlike <see cref="ParameterSet.ToJson"/>, NaN stays a number.</summary>
    public static string Serialize(ParameterSet parameters) => JsonWriting.Text(json => ParameterJson.Write(json, parameters));

    /// <summary>Reads hyperparameters; what <see cref="ParameterSet.ToJson"/> wrote as well.</summary>
    /// <exception cref="JsonException">The text is not an object of plain values.</exception>
    public static ParameterSet DeserializeParameters(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ParameterJson.ReadSet(document.RootElement);
    }
}
