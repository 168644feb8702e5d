using System.Collections.Immutable;
using System.Text.Json;
using GradientCI.Json;
using GradientCI.SearchSpaces;

namespace GradientCI.Specs;

/// <summary>Hyperparameters and what they may be, as JSON for the store.</summary>
internal static class ParameterJson
{
    /// <summary>Writes an object of names and values, in the order of the manifest.</summary>
    public static void Write(Utf8JsonWriter json, ParameterSet parameters)
    {
        json.WriteStartObject();
        foreach (var (name, value) in parameters)
        {
            json.WritePropertyName(name);
            Write(json, value);
        }

        json.WriteEndObject();
    }

    public static ParameterSet ReadSet(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("Hyperparameters are a JSON object.");
        }

        var items = new List<KeyValuePair<string, ParameterValue>>();
        foreach (var field in json.EnumerateObject())
        {
            items.Add(new(field.Name, ReadValue(field.Value)));
        }

        return new ParameterSet(items);
    }

    public static void Write(Utf8JsonWriter json, SearchSpace space) => json.WriteObjects("parameters", space.Parameters, Write);

    public static SearchSpace ReadSpace(JsonFields json) => new(json.Objects("parameters", ReadParameter));

    private static void Write(Utf8JsonWriter json, Parameter parameter)
    {
        json.WriteString("name", parameter.Name);
        json.WritePropertyName("domain");
        Write(json, parameter.Domain);
        json.WriteObjects("when", parameter.When, Write);
    }

    private static Parameter ReadParameter(JsonFields json) => new(
        json.Text("name", ""),
        ReadDomain(json.Find("domain") ?? throw new JsonException("A parameter has a domain.")),
        json.Objects("when", ReadCondition));

    private static void Write(Utf8JsonWriter json, Condition condition)
    {
        json.WriteString("parameter", condition.Parameter);
        json.WritePropertyName("anyOf");
        Write(json, condition.AnyOf);
    }

    private static Condition ReadCondition(JsonFields json) => new(json.Text("parameter", ""), json.List("anyOf", ReadValue));

    // As the manifest writes it: {"float":[0.1,1],"scale":"Log"}, or an array for a choice.
    private static void Write(Utf8JsonWriter json, ParameterDomain domain)
    {
        if (domain is ChoiceDomain choice)
        {
            Write(json, choice.Values);
            return;
        }

        json.WriteStartObject();
        if (domain is IntDomain whole)
        {
            json.WriteStartArray("int");
            json.WriteNumberValue(whole.Low);
            json.WriteNumberValue(whole.High);
            json.WriteEndArray();
            json.WriteWord("scale", whole.Scale);
            json.WriteNumber("step", whole.Step);
        }
        else if (domain is FloatDomain real)
        {
            json.WriteStartArray("float");
            json.WriteNumberValue(real.Low);
            json.WriteNumberValue(real.High);
            json.WriteEndArray();
            json.WriteWord("scale", real.Scale);
            if (real.Step is { } step)
            {
                json.WriteNumber("step", step);
            }
        }

        json.WriteEndObject();
    }

    private static ParameterDomain ReadDomain(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            return new ChoiceDomain(JsonFields.Items(element, ReadValue));
        }

        var json = new JsonFields(element);
        var scale = json.Word("scale", Scale.Linear);
        if (json.List("int", JsonFields.Long) is [var least, var greatest])
        {
            return new IntDomain(least, greatest, scale, json.Long("step") ?? 1);
        }

        return json.List("float", JsonFields.Real) is [var low, var high]
            ? new FloatDomain(low, high, scale, json.Real("step"))
            : throw new JsonException("A domain is a list, an int or a float.");
    }

    private static void Write(Utf8JsonWriter json, ImmutableArray<ParameterValue> values)
    {
        json.WriteStartArray();
        foreach (var value in values)
        {
            Write(json, value);
        }

        json.WriteEndArray();
    }

    // A plain JSON value; a number that JSON cannot say is {"number":"NaN"}, so that it stays a number.
    private static void Write(Utf8JsonWriter json, ParameterValue value)
    {
        if (value.Kind == ParameterKind.Number && !double.IsFinite(value.AsDouble))
        {
            json.WriteStartObject();
            json.WriteString("number", value.ToString());
            json.WriteEndObject();
            return;
        }

        ParameterSet.WriteValue(json, value);
    }

    private static ParameterValue ReadValue(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && new JsonFields(element).Real("number") is { } number
            ? ParameterValue.Of(number)
            : ParameterSet.ReadValue(element);
}
