using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using GradientCI.SearchSpaces;

namespace GradientCI.Specs;

/// <summary>A plain JSON value; a number that JSON cannot say is <c>{"number":"NaN"}</c>, so that it stays a number.</summary>
internal sealed class ParameterValueConverter : JsonConverter<ParameterValue>
{
    public override ParameterValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var element = document.RootElement;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty("number", out var number)
            ? ParameterValue.Of(double.Parse(number.GetString()!))
            : ParameterSet.ReadValue(element);
    }

    public override void Write(Utf8JsonWriter writer, ParameterValue value, JsonSerializerOptions options)
    {
        if (value.Kind == ParameterKind.Number && !double.IsFinite(value.AsDouble))
        {
            writer.WriteStartObject();
            writer.WriteString("number", value.ToString());
            writer.WriteEndObject();
            return;
        }

        ParameterSet.WriteValue(writer, value);
    }
}

/// <summary>An object of names and values, in the order of the manifest.</summary>
internal sealed class ParameterSetConverter : JsonConverter<ParameterSet>
{
    public const string NoObject = "Hyperparameters are a JSON object.";

    private static readonly ParameterValueConverter Values = new();

    public override ParameterSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException(NoObject);
        }

        var items = new List<KeyValuePair<string, ParameterValue>>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            items.Add(new(name, Values.Read(ref reader, typeof(ParameterValue), options)));
        }

        return new ParameterSet(items);
    }

    public override void Write(Utf8JsonWriter writer, ParameterSet value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, item) in value)
        {
            writer.WritePropertyName(name);
            Values.Write(writer, item, options);
        }

        writer.WriteEndObject();
    }
}

/// <summary>As the manifest writes it: <c>{"float":[0.1,1],"scale":"Log","step":null}</c>, or an array for a choice.</summary>
internal sealed class ParameterDomainConverter : JsonConverter<ParameterDomain>
{
    private static readonly ParameterValueConverter Values = new();

    public override ParameterDomain Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            var values = ImmutableArray.CreateBuilder<ParameterValue>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                values.Add(Values.Read(ref reader, typeof(ParameterValue), options));
            }

            return new ChoiceDomain(values.DrainToImmutable());
        }

        using var document = JsonDocument.ParseValue(ref reader);
        var json = document.RootElement;
        var scale = json.TryGetProperty("scale", out var word) ? Enum.Parse<Scale>(word.GetString()!) : Scale.Linear;
        JsonElement? step = json.TryGetProperty("step", out var number) && number.ValueKind == JsonValueKind.Number ? number : null;
        if (json.TryGetProperty("int", out var whole))
        {
            return new IntDomain(whole[0].GetInt64(), whole[1].GetInt64(), scale, step?.GetInt64() ?? 1);
        }

        return json.TryGetProperty("float", out var real)
            ? new FloatDomain(real[0].GetDouble(), real[1].GetDouble(), scale, step?.GetDouble())
            : throw new JsonException("A domain is a list, an int or a float.");
    }

    public override void Write(Utf8JsonWriter writer, ParameterDomain value, JsonSerializerOptions options)
    {
        if (value is ChoiceDomain choice)
        {
            writer.WriteStartArray();
            foreach (var item in choice.Values)
            {
                Values.Write(writer, item, options);
            }

            writer.WriteEndArray();
            return;
        }

        writer.WriteStartObject();
        if (value is IntDomain whole)
        {
            writer.WriteStartArray("int");
            writer.WriteNumberValue(whole.Low);
            writer.WriteNumberValue(whole.High);
            writer.WriteEndArray();
            writer.WriteString("scale", whole.Scale.ToString());
            writer.WriteNumber("step", whole.Step);
        }
        else if (value is FloatDomain real)
        {
            writer.WriteStartArray("float");
            writer.WriteNumberValue(real.Low);
            writer.WriteNumberValue(real.High);
            writer.WriteEndArray();
            writer.WriteString("scale", real.Scale.ToString());
            if (real.Step is { } step)
            {
                writer.WriteNumber("step", step);
            }
        }

        writer.WriteEndObject();
    }
}
